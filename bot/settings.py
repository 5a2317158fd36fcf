"""What the person who hosts Beside may set: environment variables with the prefix BESIDE_, or a .env file."""

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from content.loader import LANGUAGES

PREFIX = "BESIDE_"
SECRETS = ("telegram_token", "secret_key")


class SettingsError(Exception):
    """A setting that cannot be used; the sentence names the variable and what it may be."""


def _listed(value: object) -> object:
    """`PL, UA` as a tuple."""
    return tuple(re.split(r"[\s,]+", value.strip())) if isinstance(value, str) and value.strip() else value or ()


class Settings(BaseSettings):
    """Every setting, read once at start."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    telegram_token: SecretStr | None = Field(None, description="the token that @BotFather gave you, like 123456:ABC…")
    telegram_api_url: str = Field(
        "https://api.telegram.org", description="the address of a Bot API server, like https://api.telegram.org"
    )
    public_url: str | None = Field(
        None, description="the address people reach this server at, like https://beside.example.org"
    )
    paid_broadcasts: bool = Field(False, description="yes or no: whether Telegram's paid rate is used")
    time_zone: str = Field("UTC", description="the time zone your volunteers live in, like Europe/Warsaw")
    data_dir: Path = Field(Path("data"), description="a folder that Beside may write to")
    secret_key: SecretStr | None = Field(None, description="at least 32 random characters, kept outside the database")
    host: str = Field("127.0.0.1", description="the address to listen on, like 127.0.0.1 or 0.0.0.0")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(8000, description="a port number from 1 to 65535")
    organisation: str = Field("", max_length=80, description="your organisation's name, at most 80 characters")
    contact: str = Field("", max_length=120, description="how people reach you, at most 120 characters")
    countries: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="two-letter country codes to show first, like PL,UA"
    )
    languages: Annotated[tuple[str, ...], NoDecode] = Field(
        LANGUAGES, description="language codes that Beside ships, like en,uk,pl"
    )
    join: Literal["open", "invite"] = Field(
        "open", description="open or invite: whether anyone may ask for updates, or only with a coordinator's code"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="one of debug, info, warning, error"
    )

    @property
    def database_file(self) -> Path:
        """Where the database is."""
        return self.data_dir / "beside.sqlite3"

    @property
    def key_file(self) -> Path:
        """Where the secret is, unless it is given."""
        return self.data_dir / "key"

    @field_validator("countries", "languages", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return _listed(value)

    @field_validator("countries")
    @classmethod
    def _country_codes(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        upper = tuple(code.upper() for code in codes)
        if any(not re.fullmatch(r"[A-Z]{2}", code) for code in upper):
            raise ValueError("not a country code")
        return upper

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("not a time zone")
        return value

    @field_validator("public_url", "telegram_api_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https?://[^\s/]+(/[^\s?#]*)?", value):
            raise ValueError("not an address")
        return value.rstrip("/") if value else value

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"\d+:[\w-]{20,}", value.get_secret_value()):
            raise ValueError("not a token")
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value and len(value.get_secret_value()) < 32:
            raise ValueError("too short")
        return value


def read() -> Settings:
    """The settings of this process; raises SettingsError with one sentence for the first that is wrong."""
    try:
        return Settings(**_from_files())
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        meaning = Settings.model_fields[name].description
        raise SettingsError(f"{PREFIX}{name.upper()} must be {meaning}.") from None


def _from_files() -> dict[str, Any]:
    """The secrets given as a file: BESIDE_TELEGRAM_TOKEN_FILE and its like. An unreadable file stops the start."""
    given: dict[str, Any] = {}
    for name in SECRETS:
        variable = f"{PREFIX}{name.upper()}_FILE"
        path = os.environ.get(variable)
        if path:
            try:
                given[name] = Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                raise SettingsError(f"{variable} must name a file that Beside can read.") from None
    return given
