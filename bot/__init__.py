"""The outside of Beside: the process, its channels and its pages."""
