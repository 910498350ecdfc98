"""Mails alerts, one a mail; its Message-ID is the alert's, so that a mail program shows one that came twice once."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from aliqa.doors.alerts.alert import Alert
from aliqa.doors.alerts.sending import Down, Refused
from aliqa.foundations.settings import AlertSettings

_TIMEOUT: Final = 20.0
_LONGEST: Final = 150
"""Characters of a subject."""
_PERMANENT: Final = 500


class Mail:
    """Sends to one mail server, over one connection as long as it holds."""

    def __init__(self, settings: AlertSettings) -> None:
        """Begin without a connection."""
        self._settings = settings
        self._server: smtplib.SMTP | None = None

    def send(self, alert: Alert) -> None:
        """Mail one alert to all who are set. Raises Down or Refused."""
        try:
            if self._server is None:
                self._server = self._connected()
            self._server.send_message(written(alert, self._settings))
        except smtplib.SMTPRecipientsRefused as error:
            raise Refused(f"the mail server refuses who it is for: {', '.join(error.recipients)}") from error
        except smtplib.SMTPResponseException as error:
            told = f"the mail server answers {error.smtp_code} {_text(error.smtp_error)}"
            about_mail = isinstance(error, smtplib.SMTPDataError | smtplib.SMTPSenderRefused)
            raise Refused(told) if about_mail and error.smtp_code >= _PERMANENT else Down(told) from error
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise Down(f"the mail server cannot be used: {error or type(error).__name__}") from error

    def close(self) -> None:
        """Close the connection."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def _connected(self) -> smtplib.SMTP:
        s = self._settings
        context = ssl.create_default_context()
        if s.smtp_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(s.smtp_host, s.smtp_port, timeout=_TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(s.smtp_host, s.smtp_port, timeout=_TIMEOUT)
        try:
            if s.smtp_security == "starttls":
                server.starttls(context=context)
            if s.smtp_user:
                server.login(s.smtp_user, s.smtp_password.get_secret_value() if s.smtp_password else "")
        except BaseException:
            server.close()
            raise
        return server


def written(alert: Alert, settings: AlertSettings) -> EmailMessage:
    """The mail."""
    mail = EmailMessage()
    mail["From"] = settings.mail_from
    mail["To"] = ", ".join(settings.mail_to.split())
    subject = " ".join(f"{alert.about}: {alert.what}".split())
    mail["Subject"] = subject if len(subject) <= _LONGEST else f"{subject[:_LONGEST]}…"
    mail["Date"] = format_datetime(alert.at)
    mail["Message-ID"] = f"<{alert.id}@aliqa.invalid>"
    mail["Auto-Submitted"] = "auto-generated"
    answers = [f"{label}: {words}" for label, words in (("Now", alert.answer), ("Then", alert.before)) if words]
    mail.set_content("\n".join([alert.about, "", *alert.lines(), *([""] if answers else []), *answers]) + "\n")
    return mail


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
