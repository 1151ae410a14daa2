"""A line chart as plain SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 48, 56
COLOURS = ("#1b6ca8", "#c8553d", "#4f7942", "#6b5b95")


@dataclass(frozen=True, slots=True)
class Line:
    """Points from left to right, under a name."""

    name: str
    points: Sequence[tuple[float, float]]


def plot(title: str, across: str, up: str, lines: Sequence[Line]) -> str:
    """Both axes begin at 0; `across` and `up` say what they measure."""
    step_x, most_x = _axis(max(x for line in lines for x, _ in line.points))
    step_y, most_y = _axis(max(y for line in lines for _, y in line.points))

    def at(x: float, y: float) -> tuple[float, float]:
        inner_width, inner_height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        return LEFT + inner_width * x / most_x, HEIGHT - BOTTOM - inner_height * y / most_y

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">',
        "<style>text { font-size: 12px }</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="20" font-weight="bold">{escape(title)}</text>',
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 12}" text-anchor="middle">{escape(across)}</text>',
        f'<text x="{LEFT}" y="{TOP - 10}" fill="#555">{escape(up)}</text>',
    ]
    for number in range(round(most_x / step_x) + 1):
        x, y = at(number * step_x, 0)
        parts.append(f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="middle">{number * step_x:,.0f}</text>')
    for number in range(round(most_y / step_y) + 1):
        x, y = at(0, number * step_y)
        parts += (
            f'<line x1="{x}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#ddd"/>',
            f'<text x="{x - 8}" y="{y + 4:.1f}" text-anchor="end">{number * step_y:,.0f}</text>',
        )
    for line, colour in zip(lines, COLOURS, strict=False):
        places = [at(*point) for point in line.points]
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places)
        x, y = places[-1]
        parts.append(f'<text x="{x:.1f}" y="{y - 10:.1f}" text-anchor="end" fill="{colour}">{escape(line.name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _axis(most: float) -> tuple[float, float]:
    """A round step, 1, 2 or 5 times a power of ten, and where the axis ends: after four to ten of them."""
    step = 1.0
    while step * 10 < most:
        step *= 10
    step = next(step * factor for factor in (0.2, 0.5, 1, 2) if step * factor * 8 >= most)
    return step, step * -(-most // step)
