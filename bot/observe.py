"""What the machine is doing, for whoever hosts it: /healthz for everyone, /metrics for this machine alone."""

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

SMOOTHING = 0.05
LOOPBACK = ("127.0.0.1", "::1")


class Observed:
    """Figures about the machine: no text, topic, language or country, and no number of answers."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._seconds = Gauge("beside_answer_seconds", "Moving average of an answer's time", registry=self.registry)
        self._errors = Counter("beside_errors", "Errors by kind", ["kind"], registry=self.registry)
        self._up = Gauge("beside_channel_up", "Whether a channel is serving", ["channel"], registry=self.registry)
        self._average = 0.0

    def answered(self, seconds: float) -> None:
        """An answer took this long."""
        self._average += SMOOTHING * (seconds - self._average)
        self._seconds.set(self._average)

    def failed(self, kind: str) -> None:
        """Something went wrong; `kind` is the name of an error class."""
        self._errors.labels(kind).inc()

    def channel(self, name: str, *, up: bool) -> None:
        """A channel has begun or ended serving."""
        self._up.labels(name).set(up)

    def routes(self) -> list[Route]:
        """The two pages."""
        return [Route("/healthz", healthz), Route("/metrics", self._metrics)]

    async def _metrics(self, request: Request) -> Response:
        """Only for a caller on this machine who came directly: a proxy on it speaks for the whole world."""
        inside = request.client is not None and request.client.host in LOOPBACK
        if not inside or "x-forwarded-for" in request.headers or "forwarded" in request.headers:
            return PlainTextResponse("Not Found", status_code=404)
        return Response(generate_latest(self.registry), media_type="text/plain; version=0.0.4")


async def healthz(request: Request) -> Response:
    """Whether the process answers."""
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})
