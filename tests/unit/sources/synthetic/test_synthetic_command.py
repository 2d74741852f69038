"""``indicators synthesise``: what the command does with its options."""

from argparse import Namespace

from indicators.cli.table_commands import synthesise_command
from indicators.register.store import open_register


def test_the_command_writes_and_says_what(tmp_path, capsys):
    options = Namespace(out=tmp_path / "out", persons=80, seed=3, layout="canonical", dirt=False)
    synthesise_command(options)
    output = capsys.readouterr()
    assert output.out == f"{options.out}: 80 made-up persons, canonical layout\n"
    assert output.err == ""
    assert open_register(options.out).read("persons").num_rows == 80
