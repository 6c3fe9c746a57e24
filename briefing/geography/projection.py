"""From degrees to kilometres on a plane, by plain formulas on a sphere that has the area of the earth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import asin, atan2, cos, degrees, hypot, pi, radians, sin, sqrt
from typing import Protocol

RADIUS = 6371.0072
"""Kilometres: the sphere of the same surface as the ellipsoid of WGS 84."""

_FARTHEST = radians(150)
"""The other side of the earth is kept at this distance from the centre of a map, outside of every frame."""


class Projection(Protocol):
    """A way to lay the earth flat."""

    def forward(self, lon: float, lat: float) -> tuple[float, float]:
        """Kilometres east and north of the centre."""

    def inverse(self, x: float, y: float) -> tuple[float, float]:
        """Longitude and latitude of a point of the plane."""


@dataclass(frozen=True)
class LambertAzimuthal:
    """Lambert's azimuthal equal-area projection on the sphere, around a centre anywhere, a pole too.

    Source: Snyder, "Map Projections: A Working Manual", USGS Professional Paper 1395, 1987, pages 182 to 190,
    equations 22-4, 22-5, 24-2; backwards 20-14, 20-15, 24-16. Areas are true; at a distance of c from the centre
    lengths are stretched by 1 / cos(c / 2), one percent at 16 degrees.
    """

    lon: float
    lat: float
    radius: float = RADIUS

    @cached_property
    def _turn(self) -> tuple[float, float]:
        return sin(radians(self.lat)), cos(radians(self.lat))

    def forward(self, lon: float, lat: float) -> tuple[float, float]:
        """Kilometres east and north of the centre."""
        sin1, cos1 = self._turn
        phi, away = radians(lat), radians(lon - self.lon)
        sin_phi, cos_phi, cos_away = sin(phi), cos(phi), cos(away)
        x, y = cos_phi * sin(away), cos1 * sin_phi - sin1 * cos_phi * cos_away
        cos_c = sin1 * sin_phi + cos1 * cos_phi * cos_away
        if cos_c < -0.99:  # near the point opposite, where the formula has no end
            length = hypot(x, y) or 1.0
            rim = 2 * self.radius * sin(_FARTHEST / 2) / length
            return x * rim, y * rim
        k = self.radius * sqrt(2 / (1 + cos_c))
        return k * x, k * y

    def inverse(self, x: float, y: float) -> tuple[float, float]:
        """Longitude and latitude of a point of the plane."""
        rho = hypot(x, y)
        if rho == 0:
            return self.lon, self.lat
        sin1, cos1 = self._turn
        c = 2 * asin(min(1.0, rho / (2 * self.radius)))
        lat = asin(max(-1.0, min(1.0, cos(c) * sin1 + y * sin(c) * cos1 / rho)))
        lon = radians(self.lon) + atan2(x * sin(c), rho * cos1 * cos(c) - y * sin1 * sin(c))
        return (degrees(lon) + 180) % 360 - 180, degrees(lat)

    def distance(self, lon: float, lat: float) -> float:
        """The angle between the centre and a point, in degrees."""
        x, y = self.forward(lon, lat)
        return degrees(2 * asin(min(1.0, hypot(x, y) / (2 * self.radius))))


@dataclass(frozen=True)
class EqualEarth:
    """The Equal Earth projection of the whole world, on the sphere.

    Source: Savric, Patterson, Jenny, "The Equal Earth map projection", International Journal of Geographical
    Information Science 33 (2019), pages 454 to 465.
    """

    radius: float = RADIUS

    def forward(self, lon: float, lat: float) -> tuple[float, float]:
        """Kilometres east and north of the centre."""
        theta = asin(sqrt(3) / 2 * sin(radians(lat)))
        square = theta * theta
        sixth = square**3
        y = theta * (_A1 + _A2 * square + sixth * (_A3 + _A4 * square))
        slope = _A1 + 3 * _A2 * square + sixth * (7 * _A3 + 9 * _A4 * square)
        x = 2 * sqrt(3) / 3 * radians(lon) * cos(theta) / slope
        return self.radius * x, self.radius * y

    def inverse(self, x: float, y: float) -> tuple[float, float]:
        """Longitude and latitude of a point of the plane; by Newton's method."""
        theta = aim = y / self.radius
        for _ in range(12):
            square = theta * theta
            sixth = square**3
            slope = _A1 + 3 * _A2 * square + sixth * (7 * _A3 + 9 * _A4 * square)
            theta -= (theta * (_A1 + _A2 * square + sixth * (_A3 + _A4 * square)) - aim) / slope
        lon = sqrt(3) / 2 * x / self.radius * slope / cos(theta)
        return degrees(max(-pi, min(pi, lon))), degrees(asin(max(-1.0, min(1.0, 2 * sin(theta) / sqrt(3)))))


_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
