using Switchboard.Core.Runs;

namespace Switchboard.Core.Conversations;

/// <summary>The code asked for another step than the journal holds: the dialogue was changed while it waited.</summary>
public sealed class JournalMismatchException(string message) : Exception(message);

/// <summary>The recorded steps of a dialogue. Replay walks them in order; a step beyond them is recorded.</summary>
public sealed class Journal(IReadOnlyList<JournalEntry> recorded)
{
    private readonly List<JournalEntry> added = [];
    private readonly Dictionary<string, int> taken = new(StringComparer.Ordinal);
    private int next;

    /// <summary>The steps taken since the journal was read.</summary>
    public IReadOnlyList<JournalEntry> Added => added;

    /// <summary>Gives a step its full name: the second of the same name ends with <c>#2</c>.</summary>
    public string NameOf(string kind, string key)
    {
        string name = $"{kind}:{key}";
        int count = taken[name] = taken.GetValueOrDefault(name) + 1;
        return count == 1 ? name : $"{name}#{count}";
    }

    /// <summary>Whether the next recorded step has this name.</summary>
    public bool NextIs(string name) => next < recorded.Count && string.Equals(recorded[next].Name, name, StringComparison.Ordinal);

    /// <summary>The recorded result of the step, when there is one.</summary>
    /// <exception cref="JournalMismatchException">Another step is recorded at this place.</exception>
    public bool TryReplay<T>(string name, out T result)
    {
        if (next >= recorded.Count)
        {
            result = default!;
            return false;
        }
        JournalEntry entry = recorded[next];
        if (!string.Equals(entry.Name, name, StringComparison.Ordinal))
            throw new JournalMismatchException($"The journal holds \"{entry.Name}\" where the dialogue asks for \"{name}\".");
        next++;
        result = Json.Read<Recorded<T>>(entry.Result).Value;
        return true;
    }

    /// <summary>Records the result of a step.</summary>
    public void Record<T>(string name, T result) => added.Add(EntryOf(name, result));

    /// <summary>A step as it is stored, for who stores it in the transaction of what it changes.</summary>
    public static JournalEntry EntryOf<T>(string name, T result) => new(name, Json.Write(new Recorded<T>(1, result)));

    /// <summary>Makes sure that the dialogue took all recorded steps.</summary>
    /// <exception cref="JournalMismatchException">Steps are left over.</exception>
    public void RequireConsumed()
    {
        if (next < recorded.Count) throw new JournalMismatchException($"The dialogue ended before the recorded step \"{recorded[next].Name}\".");
    }

    /// <summary>A result as it is stored: with the version of its form, and with null told from absent.</summary>
    private sealed record Recorded<T>(int V, T Value);
}
