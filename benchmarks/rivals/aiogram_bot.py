"""aiogram as it comes: a webhook bot that answers a tap with two calls."""

import sys

from aiogram import Bot, Dispatcher, F
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

TEXT = "<b>Reports that hold up</b>\n\n" + "Agree on one form with the teams on both sides. " * 13
KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[
        [InlineKeyboardButton(text=f"Button {n}", callback_data=f"guidance:borders-{n}")] for n in range(6)
    ]
)


async def tapped(query: CallbackQuery) -> None:
    """Acknowledge, then edit."""
    await query.answer()
    if isinstance(query.message, Message):
        await query.message.edit_text(TEXT, reply_markup=KEYBOARD)


async def said(message: Message) -> None:
    """Answer."""
    await message.answer(TEXT, reply_markup=KEYBOARD)


def main(token: str, api: str, port: int, secret: str) -> None:
    """Serve the webhook."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(api))
    bot = Bot(token, session=session, default=DefaultBotProperties(parse_mode="HTML"))
    dispatcher = Dispatcher()
    dispatcher.callback_query.register(tapped)
    dispatcher.message.register(said, F.text)
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, secret_token=secret).register(app, path="/telegram")
    setup_application(app, dispatcher, bot=bot)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
