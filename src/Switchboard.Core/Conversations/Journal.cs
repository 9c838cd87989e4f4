using System.Collections.Frozen;
using System.Text.Json;
using Switchboard.Core.Runs;

namespace Switchboard.Core.Conversations;

/// <summary>The code asked for another step than the journal holds: the dialogue was changed while it waited.</summary>
public sealed class JournalMismatchException(string message) : Exception(message);

/// <summary>A dialogue took more steps in one turn than any that comes to an end: it goes round in a circle.</summary>
/// <param name="most">How many a turn allows.</param>
/// <param name="step">The step that would have been one too many.</param>
public sealed class DialogueLoopException(int most, string step) : Exception($"The dialogue took {most} steps in one turn and asked for another, \"{step}\": it goes round in a circle.")
{
    /// <summary>The version of its stored dialogue by then: what it performed before was stored with it. 0 when none is stored.</summary>
    public int DialogueVersion { get; init; }

    /// <summary>The steps it took that are not stored yet.</summary>
    public IReadOnlyList<JournalEntry> Taken { get; init; } = [];

    /// <summary>The step that would have been one too many.</summary>
    public string Step => step;
}

/// <summary>The code would do the work of a step in a replay, which does none: the journal holds no result for it.</summary>
public sealed class StepNotRecordedException(string step) : Exception($"The journal holds no result of \"{step}\".")
{
    /// <summary>The step.</summary>
    public string Step => step;
}

/// <summary>The recorded steps of a dialogue. Replay walks them in order; a step beyond them is recorded.</summary>
/// <param name="recorded">The steps, in the order in which they were taken.</param>
/// <param name="abandoned">The journal that could not be continued, when the dialogue begins anew: what the customer gave then need not be given again.</param>
/// <param name="taken">
/// What was recorded behind them in the turn that is replayed; null when the turn is carried out. What was read, given or done is given from it; decisions,
/// words and proposals are made again, to be compared.
/// </param>
/// <param name="most">The most steps that may be taken behind them.</param>
public sealed class Journal(IReadOnlyList<JournalEntry> recorded, IReadOnlyList<JournalEntry>? abandoned = null, IReadOnlyList<JournalEntry>? taken = null, int most = int.MaxValue)
{
    /// <summary>The kinds of steps a replay makes again; every other one it takes from the journal.</summary>
    private static readonly FrozenSet<string> madeAgain = new[] { "decide", "ask", "confirm", "propose" }.ToFrozenSet(StringComparer.Ordinal);

    private readonly List<JournalEntry> added = [];
    private readonly Dictionary<string, int> named = new(StringComparer.Ordinal);
    private int next;
    private int stored;

    /// <summary>The steps taken since the journal was read.</summary>
    public IReadOnlyList<JournalEntry> Added => added;

    /// <summary>Those of them that are still to be stored.</summary>
    public IReadOnlyList<JournalEntry> Unstored => added[stored..];

    /// <summary>Takes note that all steps so far are stored.</summary>
    public void Stored() => stored = added.Count;

    /// <summary>Gives a step its full name: the second of the same name ends with <c>#2</c>.</summary>
    public string NameOf(string kind, string key) => NameOf(string.Empty, kind, key);

    /// <summary>Gives a step of a talk inside the talk its full name.</summary>
    public string NameOf(string prefix, string kind, string key)
    {
        string name = $"{prefix}{kind}:{key}";
        int count = named[name] = named.GetValueOrDefault(name) + 1;
        return count == 1 ? name : $"{name}#{count}";
    }

    /// <summary>Whether the next recorded step has this name.</summary>
    public bool NextIs(string name) => next < recorded.Count && string.Equals(recorded[next].Name, name, StringComparison.Ordinal);

    /// <summary>What the turn that is replayed recorded under the name; null when nothing, or when the turn is carried out.</summary>
    public JournalEntry? Taken(string name) => taken?.FirstOrDefault(e => e.Name == name);

    /// <summary>Called before the work of a step is done: in a replay none is.</summary>
    /// <exception cref="StepNotRecordedException">This is a replay.</exception>
    public void BeforeWork(string name)
    {
        if (taken is not null) throw new StepNotRecordedException(name);
    }

    /// <summary>The kind of a step: what stands before the colon, without the talks it stands in.</summary>
    public static string KindOf(string name)
    {
        int colon = name.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? name : name[(name.LastIndexOf('/', colon) + 1)..colon];
    }

    /// <summary>The value of a step.</summary>
    /// <exception cref="JsonException">This version cannot read it.</exception>
    public static T Read<T>(JournalEntry step) => ValueOf(step).Deserialize<T>(Json.Options) ?? throw new JsonException($"The step \"{step.Name}\" holds null, which is no {typeof(T).Name}.");

    /// <summary>The value of a step as JSON. Steps of turns were once stored without the version of their form: then all that is stored is the value.</summary>
    public static JsonElement ValueOf(JournalEntry step)
    {
        using var document = JsonDocument.Parse(step.Result);
        JsonElement root = document.RootElement;
        bool versioned = root.ValueKind == JsonValueKind.Object && root.GetPropertyCount() == 2 && root.TryGetProperty("v", out JsonElement v) && v.ValueKind == JsonValueKind.Number && root.TryGetProperty("value", out _);
        return (versioned ? root.GetProperty("value") : root).Clone();
    }

    /// <summary>The recorded result of the step, when there is one.</summary>
    /// <exception cref="JournalMismatchException">Another step is recorded at this place.</exception>
    public bool TryReplay<T>(string name, out T result)
    {
        if (next >= recorded.Count)
        {
            result = default!;
            // Whoever asks for a step that is not there is about to take it.
            if (added.Count >= most) throw new DialogueLoopException(most, name);
            if (madeAgain.Contains(KindOf(name)) || Taken(name) is not { } given) return false;
            added.Add(given);
            result = Json.Read<Recorded<T>>(given.Result).Value;
            return true;
        }
        JournalEntry entry = recorded[next];
        if (!string.Equals(entry.Name, name, StringComparison.Ordinal))
            throw new JournalMismatchException($"The journal holds \"{entry.Name}\" where the dialogue asks for \"{name}\".");
        next++;
        result = Json.Read<Recorded<T>>(entry.Result).Value;
        return true;
    }

    /// <summary>What the customer gave for a slot before the dialogue had to begin anew; false when nothing was given, or in another form.</summary>
    public bool TryCarry<T>(string name, out T result)
    {
        result = default!;
        if (abandoned?.FirstOrDefault(e => e.Name == name) is not { } entry) return false;
        try
        {
            result = Json.Read<Recorded<T>>(entry.Result).Value;
            return result is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Records the result of a step.</summary>
    public void Record<T>(string name, T result) => added.Add(EntryOf(name, result));

    /// <summary>A step as it is stored, for who stores it in the transaction of what it changes.</summary>
    public static JournalEntry EntryOf<T>(string name, T result) => new(name, Json.Write(new Recorded<T>(1, result)));

    /// <summary>The result of a recorded step.</summary>
    public static T ValueOf<T>(JournalEntry entry) => Json.Read<Recorded<T>>(entry.Result).Value;

    /// <summary>Makes sure that the dialogue took all recorded steps.</summary>
    /// <exception cref="JournalMismatchException">Steps are left over.</exception>
    public void RequireConsumed()
    {
        if (next < recorded.Count) throw new JournalMismatchException($"The dialogue ended before the recorded step \"{recorded[next].Name}\".");
    }

    /// <summary>A result as it is stored: with the version of its form, and with null told from absent.</summary>
    private sealed record Recorded<T>(int V, T Value);
}
