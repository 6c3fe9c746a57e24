"""What /metrics shows: how many requests, of what kind, how long they took. Nothing about what is served."""

from __future__ import annotations

import resource
from collections import Counter, defaultdict


class Measures:
    """The counts of a server since it began."""

    def __init__(self) -> None:
        self.answers: Counter[tuple[str, int]] = Counter()
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.bytes = 0

    def as_text(self, kept: int) -> str:
        """All of it in the text format of Prometheus; `kept` are the bytes that are kept in memory."""
        requests = (
            f'briefing_http_requests_total{{kind="{kind}",status="{status}"}} {count}'
            for (kind, status), count in sorted(self.answers.items())
        )
        seconds = (
            f'briefing_http_request_seconds_total{{kind="{kind}"}} {taken:.6f}'
            for kind, taken in sorted(self.seconds.items())
        )
        lines = [
            "# HELP briefing_http_requests_total Requests by kind and status.",
            "# TYPE briefing_http_requests_total counter",
            *requests,
            "# HELP briefing_http_request_seconds_total Seconds spent on requests by kind.",
            "# TYPE briefing_http_request_seconds_total counter",
            *seconds,
            "# HELP briefing_http_response_bytes_total Bytes of bodies.",
            "# TYPE briefing_http_response_bytes_total counter",
            f"briefing_http_response_bytes_total {self.bytes}",
            "# HELP briefing_http_cache_bytes Bytes of files and pages that are kept in memory.",
            "# TYPE briefing_http_cache_bytes gauge",
            f"briefing_http_cache_bytes {kept}",
            "# HELP briefing_http_memory_bytes The most memory that the server has had.",
            "# TYPE briefing_http_memory_bytes gauge",
            f"briefing_http_memory_bytes {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}",
        ]
        return "\n".join(lines) + "\n"
