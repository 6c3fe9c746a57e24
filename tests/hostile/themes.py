"""Templates that are too long to write down."""

LONG = "x" * 400_000

GENERATED = {
    "template of a megabyte": ("x" * 1_000_000, "template"),
    "brackets in brackets": (f"{{{{ {'(' * 3000}1{')' * 3000} }}}}", "template-limit"),
    "lists in lists": (f"{{{{ {'[' * 3000}1{']' * 3000} }}}}", "template-limit"),
    "thirty loops in one another": ("{% for x in [1] %}" * 30 + "{% endfor %}" * 30, "template-limit"),
    "three hundred conditions": ("{% if true %}" * 300 + "{% endif %}" * 300, "template-limit"),
    "loops of a thousand million turns": (
        f"{{% set a = '{'x' * 2000}' %}}{' {% for b in a %}' * 3}{'{% endfor %}' * 3}",
        "template-limit",
    ),
    "calls that double": (
        f"{{% macro m(n) %}}{{% if n %}}{'{{ m(n[1:]) }}' * 2}{{% endif %}}{{% endmacro %}}{{{{ m('{'x' * 60}') }}}}",
        "template-limit",
    ),
    "text that doubles": (
        "{% set a0 = 'x' %}" + "".join(f"{{% set a{n + 1} = a{n} ~ a{n} %}}" for n in range(60)),
        "template-limit",
    ),
    "list that doubles": (
        "{% set a0 = ['x'] %}"
        + "".join(f"{{% set a{n + 1} = [a{n}, a{n}] %}}" for n in range(60))
        + "{{ a60 == a59 }}{{ a60|join }}",
        "template-limit",
    ),
    "long texts joined": (f"{{% set a = '{LONG}' %}}{{{{ [{', '.join(['a'] * 5000)}]|join }}}}", "template-limit"),
    "long texts side by side": (f"{{% set a = '{LONG}' %}}{{{{ {' ~ '.join(['a'] * 5000)} }}}}", "template-limit"),
    "long text printed for ever": (
        f"{{% set a = '{LONG}' %}}{{% for x in a %}}{{{{ a }}}}{{% endfor %}}",
        "template-limit",
    ),
    "slices of a long text": (
        f"{{% set a = '{LONG}' %}}{{% for x in a %}}{{% set b = a[1:] %}}{{% endfor %}}",
        "template-limit",
    ),
    "search in a long text": (
        f"{{% set a = '{LONG}' %}}{{% for x in a %}}{{% if 'z' in a %}}{{% endif %}}{{% endfor %}}",
        "template-limit",
    ),
    "long text in capitals for ever": (
        f"{{% set a = '{LONG}' %}}{{% for x in a %}}{{% set b = a|upper|lower %}}{{% endfor %}}",
        "template-limit",
    ),
    "letters of a long text": (
        f"{{% set a = '{LONG}' %}}{{% set b = [{', '.join(['a|list'] * 50)}] %}}",
        "template-limit",
    ),
    "wide list made for ever": (
        f"{{% for x in '{'x' * 200_000}' %}}{{% set b = [{', '.join(['x'] * 50_000)}] %}}{{% endfor %}}",
        "template-limit",
    ),
    "long text kept and kept": (
        f"{{% set a %}}{LONG}{{% endset %}}"
        + "".join(f"{{% set a{n} %}}{{{{ a ~ a }}}}{{% endset %}}" for n in range(2000)),
        "template-limit",
    ),
}
"""By its name: a template in the place of blocks/fact-list.html, and the code with which it is refused."""

EXPLODING = {
    "flex 14 deep": f"{'<div style=display:flex><div>' * 14}x{'</div></div>' * 14}",
    "cell as wide as a million columns": "<table><tr><td colspan=1000000>x</td></tr></table>",
    "column of ten million": "<table><col span=10000000><tr><td>x</td></tr></table>",
    "grid of a hundred million tracks": '<p style="display: grid; grid-template-columns: repeat(100000000, 1px)">x</p>',
    "grid that begins far away": '<div style="display: grid"><p style="grid-row: 20000000">x</p></div>',
    "elements 33,000 deep": f"{'<div>' * 33_000}x",
    "variables that multiply": "<style>p { --a0: x;"
    + "".join(f"--a{n + 1}: {' '.join([f'var(--a{n})'] * 10)};" for n in range(9))
    + "} p::before { content: var(--a9) }</style><p>x</p>",
    "drawing that multiplies": '<svg viewBox="0 0 9 9"><defs><g id="u0"><path d="M0 0h1"/></g>'
    + "".join(f'<g id="u{n + 1}">{f"""<use href="#u{n}"/>""" * 10}</g>' for n in range(9))
    + '</defs><use href="#u9"/></svg>',
}
"""By its name: what takes the place of blocks/fact-list.html, small, and without end for who lays it out."""
