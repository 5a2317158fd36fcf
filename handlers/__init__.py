"""The conversation: what is answered to what; knows no channel, no SQL, no HTTP."""
