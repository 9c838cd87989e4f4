using System.Reflection;

namespace Switchboard.Core.Understanding;

/// <summary>Reads the word lists that are part of the program. A line that begins with # is a comment; empty lines are passed over.</summary>
internal static class EmbeddedWords
{
    /// <summary>The lines of a list.</summary>
    /// <param name="name">Its file name, such as <c>first-names.txt</c>.</param>
    /// <exception cref="InvalidOperationException">No such list is part of the program.</exception>
    public static IEnumerable<string> Lines(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Switchboard.Core.Understanding." + name)
            ?? throw new InvalidOperationException($"The word list {name} is not part of the program.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            line = line.Trim();
            if (line.Length > 0 && line[0] != '#') yield return line;
        }
    }

    /// <summary>All words of a list, separated by white space or commas.</summary>
    public static IEnumerable<string> Words(string name) =>
        Lines(name).SelectMany(l => l.Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries));
}
