using System.Globalization;

namespace Switchboard.Bench;

/// <summary>The command line: a command, then options.</summary>
internal sealed class Arguments(string[] args)
{
    public string? Command => args.Length > 0 ? args[0] : null;

    public bool Has(string name) => args.Contains(name, StringComparer.Ordinal);

    public string? Text(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;

    public IReadOnlyList<string> Words(string name, string otherwise) => (Text(name) ?? otherwise).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public int Number(string name, int otherwise) => Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
