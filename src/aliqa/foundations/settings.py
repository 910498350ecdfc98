"""All settings, their defaults, and where they come from.

Flags beat environment variables (``ALIQA_CORPUS_DIR``, ``ALIQA_ANSWERING__THRESHOLD``), which beat those in ``.env``,
which beat ``aliqa.toml``, which beats the defaults; both files are looked for in the current folder. Settings are
read once, by `load`, at a door, and handed down; nothing else reads the environment.
"""

import os
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from aliqa.foundations.errors import SettingsError
from aliqa.foundations.messages import languages

BUNDLED = "bundled"
MULTILINGUAL = "multilingual"
CORPUS_NOTE = "CORPUS"
"""The file in an index folder that names the folder of articles; relative if they stand side by side."""
NONE = "none"
LLM = "llm"


class _Room(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EmbeddingSettings(_Room):
    """Which model turns text into vectors."""

    model: str = Field(
        default=BUNDLED,
        description="'bundled', 'multilingual', a folder, or the hub name of a sentence-transformers model",
    )
    backend: Literal["auto", "openvino", "torch"] = Field(
        default="auto", description="what runs 'bundled' or 'multilingual'"
    )
    batch_size: int = Field(default=16, ge=1, le=1024, description="passages per forward pass")


class ChunkingSettings(_Room):
    """How long passages are, in cl100k tokens."""

    tokens: int = Field(default=200, ge=20, le=4000, description="the most tokens a passage may have")
    overlap: int = Field(
        default=40, ge=0, le=1000, description="about how many tokens of the last passage the next one repeats"
    )


class ReadingSettings(_Room):
    """Which neural network reads the passages found."""

    model: str = Field(
        default=BUNDLED,
        description="'bundled', 'none', 'llm' for the language model beside the bundled one, a folder, or the hub name"
        " of an extractive question-answering model",
    )
    backend: Literal["auto", "openvino", "torch"] = Field(default="auto", description="what runs the bundled reader")
    passages: int = Field(default=5, ge=1, le=20, description="how many of the passages found it reads, at most")


class AnsweringSettings(_Room):
    """How long an answer is, and when there is none."""

    max_sentences: int = Field(default=4, ge=1, le=10, description="the most sentences in an answer")
    threshold: float = Field(default=0.54, ge=0, le=1, description="the confidence below which no answer is given")


class LlmSettings(_Room):
    """The language model that may rewrite answers, and choose them; none until its address and its name are set."""

    base_url: str | None = Field(
        default=None, description="an OpenAI-compatible endpoint, as http://127.0.0.1:11434/v1"
    )
    model: str | None = Field(default=None, description="the model's name there")
    api_key: SecretStr | None = Field(default=None, description="the key that the endpoint asks for, if any")
    timeout: float = Field(default=60, gt=0, le=3600, description="the most seconds that an answer may take")
    pause: float = Field(
        default=30, ge=0, le=3600, description="seconds for which an endpoint that failed twice is left alone"
    )
    context: int = Field(
        default=2048, ge=1024, le=1_000_000, description="tokens that the model takes, its reply included"
    )

    @field_validator("base_url", "model", "api_key", mode="before")
    @classmethod
    def _blank_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "http://host")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("write an address that begins with http:// or https://")
        if parts.username or parts.password or parts.query:
            raise ValueError("keep secrets out of the address; put the key into ALIQA_LLM__API_KEY")
        return value

    @property
    def configured(self) -> bool:
        """Whether there is a language model."""
        return bool(self.base_url and self.model)


class FeedSettings(_Room):
    """How feeds are asked; none is until one is added."""

    interval: float = Field(default=15, gt=0, le=10_080, description="minutes after which a server asks a feed again")
    recheck: float = Field(
        default=60, ge=0, le=10_080, description="minutes after which a page that a feed lists is looked at again"
    )
    delay: float = Field(default=1, ge=0, le=60, description="seconds between two requests to one host, at least")
    pages: int = Field(default=100, ge=1, le=10_000, description="pages that are fetched for a feed at a time, at most")
    private: bool = Field(default=False, description="feeds may be on this machine or in its network")


class AlertSettings(_Room):
    """Where changes are sent; nowhere until it is said."""

    webhook: str | None = Field(default=None, description="the address to which each change is posted")
    webhook_secret: SecretStr | None = Field(
        default=None,
        description="what posts are signed with: any words, or whsec_ and base64 as Standard Webhooks has it",
    )
    mail_to: str = Field(default="", description="who gets a mail for each change, by blanks")
    mail_from: str = Field(default="", description="whom mails are from")
    smtp_host: str = Field(default="localhost", description="the mail server")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="its port")
    smtp_security: Literal["starttls", "tls", "none"] = Field(default="starttls", description="how it is spoken to")
    smtp_user: str | None = Field(default=None, description="the name that the mail server asks for, if it does")
    smtp_password: SecretStr | None = Field(default=None, description="the password that belongs to it")

    @field_validator("webhook", "webhook_secret", "smtp_user", "smtp_password", mode="before")
    @classmethod
    def _blank_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @model_validator(mode="after")
    def _complete(self) -> "AlertSettings":
        if self.webhook and urlsplit(self.webhook).scheme not in ("http", "https"):
            raise ValueError("write an address of a webhook that begins with http:// or https://")
        if self.webhook and not self.webhook_secret:
            raise ValueError("a webhook needs a secret that its receiver knows; set ALIQA_ALERTS__WEBHOOK_SECRET")
        if self.mail_to and not self.mail_from:
            raise ValueError("mails need a sender; set ALIQA_ALERTS__MAIL_FROM")
        return self


class ServiceSettings(_Room):
    """How the server serves."""

    workers: int = Field(
        default=0, ge=0, le=64, description="processes that answer questions; 0 answers in the server's own"
    )
    rate: str | None = Field(
        default=None, description="how often a key or an address may ask, as 600/minute; if unset, that for keys alone"
    )
    client_timeout: float = Field(
        default=10, gt=0, le=3600, description="seconds for the head of a request; a body has twice as many, and a rate"
    )
    cors_origins: str = Field(
        default="", description="other sites whose pages may ask, as https://example.org, by blanks"
    )
    language: str | None = Field(
        default=None, description="what the page speaks, as zh-Hans; if unset, what the reader's browser asks for"
    )
    log: Literal["warnings", "text", "json"] = Field(default="warnings", description="what goes to stderr")
    question_log: bool = Field(default=False, description="write questions down, into questions.jsonl beside the index")
    traces: bool = Field(default=False, description="send traces to where OpenTelemetry's OTEL_ variables say")

    @field_validator("language")
    @classmethod
    def _spoken(cls, value: str | None) -> str | None:
        if value and value not in languages():
            raise ValueError(f"there is no catalogue for it; choose one of {', '.join(languages())}")
        return value or None


DOTENV: Final = ".env"
"""A file of environment variables in the working folder; those of the process itself go first."""


class _DotEnv(EnvSettingsSource):
    """The file's variables as if they were set; those of other programs are passed over."""

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in dotenv_values(DOTENV).items()}


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(
        env_prefix="ALIQA_", env_nested_delimiter="__", toml_file="aliqa.toml", frozen=True, extra="forbid"
    )

    corpus_dir: Path = Field(default=Path("corpus"), description="the folder of articles")
    index_dir: Path = Field(default=Path("index"), description="the folder of the index")
    store: SecretStr | None = Field(
        default=None, description="the address of a database that holds the index, as postgresql://user@host/name"
    )
    host: str = Field(default="127.0.0.1", description="the address to listen on")
    port: int = Field(default=8000, ge=0, le=65535, description="the port to listen on")
    root_path: str = Field(
        default="",
        pattern=r"^(/[a-zA-Z0-9_.~-]+)*$",
        description="the path below which a proxy shows the server, as /articles; the proxy takes it off",
    )
    api_key: SecretStr | None = Field(
        default=None, description="a key that may do everything, beside those of the file"
    )
    embedding: EmbeddingSettings = Field(default=EmbeddingSettings())
    chunking: ChunkingSettings = Field(default=ChunkingSettings())
    reading: ReadingSettings = Field(default=ReadingSettings())
    answering: AnsweringSettings = Field(default=AnsweringSettings())
    llm: LlmSettings = Field(default=LlmSettings())
    alerts: AlertSettings = Field(default=AlertSettings())
    feeds: FeedSettings = Field(default=FeedSettings())
    service: ServiceSettings = Field(default=ServiceSettings())

    @field_validator("api_key", mode="before")
    @classmethod
    def _blank_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, then environment, then .env, then aliqa.toml."""
        return init_settings, env_settings, _DotEnv(settings_cls), TomlConfigSettingsSource(settings_cls)


def load(**flags: Any) -> Settings:
    """The settings in force, given the flags of a command; a flag that is None was not given.

    Where nothing names the folder of articles, it is the one that the index was made of.

    Raises:
        SettingsError: a setting is unknown or has a value that makes no sense.
    """
    if unknown := _unknown_variables():
        known = [f"{Settings.model_config['env_prefix']}{name}".upper() for name in Settings.model_fields]
        raise SettingsError("; ".join(_no_such(name, known) for name in unknown))
    try:
        chosen = Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        raise SettingsError("; ".join(map(_told, error.errors()))) from error
    except TOMLDecodeError as error:
        raise SettingsError(f"{Settings.model_config['toml_file']} cannot be read: {error}") from error
    except ValueError as error:
        raise SettingsError(str(error)) from error
    if "corpus_dir" not in chosen.model_fields_set and (remembered := remembered_corpus(chosen.index_dir)):
        return chosen.model_copy(update={"corpus_dir": remembered})
    return chosen


def remembered_corpus(index_dir: Path) -> Path | None:
    """The folder of articles that the index in a folder was made of, if it says so."""
    try:
        written = (index_dir / CORPUS_NOTE).read_text(encoding="utf-8").removesuffix("\n")
    except (OSError, ValueError):
        return None
    return Path(os.path.normpath(index_dir.absolute() / written)) if written else None


def _told(problem: Any) -> str:
    """What is wrong with a setting."""
    name = ".".join(str(part) for part in problem["loc"])
    if problem["type"] != "extra_forbidden":
        return f"{name}: {problem['msg']}"
    *rooms, _ = problem["loc"]
    fields = Settings.model_fields
    for room in rooms:
        kind = fields[str(room)].annotation
        fields = kind.model_fields if isinstance(kind, type) and issubclass(kind, BaseModel) else {}
    return _no_such(name, [".".join([*map(str, rooms), field]) for field in fields])


def _no_such(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"no setting is called {name}" + (f"; did you mean {near[0]}?" if near else "")


def _unknown_variables() -> list[str]:
    """The environment variables that have our prefix but name no setting; pydantic checks those inside a group."""
    prefix = str(Settings.model_config["env_prefix"]).casefold()
    known = {prefix + name for name in Settings.model_fields}
    return sorted(
        name
        for name in (*os.environ, *dotenv_values(DOTENV))
        if name.casefold().startswith(prefix) and name.casefold().partition("__")[0] not in known
    )
