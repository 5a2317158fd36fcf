"""python-telegram-bot as it comes: a webhook bot that answers a tap with two calls."""

import asyncio
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, MessageHandler, filters

TEXT = "<b>Reports that hold up</b>\n\n" + "Agree on one form with the teams on both sides. " * 13
KEYBOARD = InlineKeyboardMarkup(
    [[InlineKeyboardButton(f"Button {n}", callback_data=f"guidance:borders-{n}")] for n in range(6)]
)


async def tapped(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Acknowledge, then edit."""
    query = update.callback_query
    if query:
        await query.answer()
        await query.edit_message_text(TEXT, parse_mode="HTML", reply_markup=KEYBOARD)


async def said(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer."""
    if update.message:
        await update.message.reply_text(TEXT, parse_mode="HTML", reply_markup=KEYBOARD)


async def main(token: str, api: str, port: int) -> None:
    """Serve the webhook inside Starlette, as the library's example does."""
    app = Application.builder().token(token).base_url(f"{api}/bot").updater(None).concurrent_updates(256).build()
    app.add_handler(CallbackQueryHandler(tapped))
    app.add_handler(MessageHandler(filters.TEXT, said))

    async def webhook(request: Request) -> Response:
        await app.update_queue.put(Update.de_json(await request.json(), app.bot))
        return Response()

    server = uvicorn.Server(
        uvicorn.Config(
            Starlette(routes=[Route("/telegram", webhook, methods=["POST"])]),
            port=port,
            log_level="error",
            access_log=False,
        )
    )
    async with app:
        await app.start()
        await server.serve()
        await app.stop()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
