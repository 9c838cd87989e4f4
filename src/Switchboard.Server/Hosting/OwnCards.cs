using System.Text;
using Switchboard.Core.Agents;
using Switchboard.Core.Desk;
using Switchboard.Storage;

namespace Switchboard.Server.Hosting;

/// <summary>What is wrong with the card of an operator's own agent. It stops that card alone.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Line">The line, counted from one.</param>
/// <param name="Problem">What is wrong, and what would mend it.</param>
/// <param name="InForce">The agent that goes on by the file's last version that was right; null when there was none since the start.</param>
public sealed record CardProblem(string File, int Line, string Problem, string? InForce);

/// <summary>The cards of operators' own agents, from a folder of this node. A file that is wrong changes nothing: its last version that was right stays in force until it is mended or taken away.</summary>
/// <param name="folder">The folder; it need not be there.</param>
/// <param name="desk">Where the agents are put.</param>
/// <param name="logger">Told what changed and what is wrong.</param>
public sealed class OwnCards(string folder, LiveDesk desk, ILogger<OwnCards> logger)
{
    /// <summary>The name of the folder in the data folder.</summary>
    public const string FolderName = DataFolder.AgentsName;

    private const int mostCards = 200, mostBytes = 64 << 10;
    private readonly Lock reading = new();
    private Dictionary<string, OwnCard> right = new(StringComparer.Ordinal);
    private OwnCard[] inForce = [];
    private volatile IReadOnlyList<CardProblem> problems = [];

    /// <summary>What is wrong with the files as they were last read.</summary>
    public IReadOnlyList<CardProblem> Problems => problems;

    /// <summary>Reads the folder, and puts what is right in force where that differs from what is.</summary>
    public void Read()
    {
        lock (reading)
        {
            List<CardProblem> wrong = [];
            var kept = new Dictionary<string, OwnCard>(StringComparer.Ordinal);
            foreach (string file in Files(wrong))
            {
                string name = Path.GetFileName(file);
                OwnCard? before = right.GetValueOrDefault(name);
                (OwnCard? card, CardProblem? problem) = ReadFile(file, name, before);
                if (card is not null && Conflict(card.Card, kept.Values) is { } conflict)
                {
                    problem = new CardProblem(name, LineOf(card, conflict.Of), conflict.Problem, null);
                    card = before is not null && Conflict(before.Card, kept.Values) is null ? before : null;
                }

                if (problem is not null) wrong.Add(problem with { InForce = card?.Card.Id });
                if (card is not null) kept[name] = card;
            }

            right = kept;
            OwnCard[] next = [.. kept.OrderBy(k => k.Key, StringComparer.Ordinal).Select(k => k.Value)];
            if (!next.Select(c => c.Text).SequenceEqual(inForce.Select(c => c.Text), StringComparer.Ordinal))
            {
                desk.Replace(next);
                inForce = next;
                if (logger.IsEnabled(LogLevel.Information)) logger.LogInformation("{Count} agents of the operator's own are in force; the catalogue is {Version}", next.Length, desk.Current.Catalogue.Version);
            }

            if (wrong.SequenceEqual(problems)) return;
            problems = wrong;
            if (!logger.IsEnabled(LogLevel.Warning)) return;
            foreach (CardProblem one in wrong) logger.LogWarning("The card {File} is not in force, line {Line}: {Problem} ({InForce})", one.File, one.Line, one.Problem, one.InForce is null ? "there is no earlier version" : $"{one.InForce} goes on by the version before");
        }
    }

    private string[] Files(List<CardProblem> wrong)
    {
        try
        {
            // What begins with a dot is an editor's or the file system's own.
            string[] files = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.md").Where(f => !Path.GetFileName(f).StartsWith('.')).Order(StringComparer.Ordinal)] : [];
            if (files.Length > mostCards) wrong.Add(new CardProblem(Path.GetFileName(files[mostCards]), 1, $"there are {files.Length} cards; the first {mostCards} by name are read", null));
            return [.. files.Take(mostCards)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            wrong.Add(new CardProblem(folder, 1, $"the folder cannot be read: {error.Message}", null));
            // A folder that cannot be read says nothing of what is in it.
            return [.. right.Keys.Select(name => Path.Combine(folder, name))];
        }
    }

    private static (OwnCard? Card, CardProblem? Problem) ReadFile(string file, string name, OwnCard? before)
    {
        try
        {
            if (new FileInfo(file).Length > mostBytes) return (before, new CardProblem(name, 1, $"the file has more than {mostBytes >> 10} KiB", null));
            string text = File.ReadAllText(file, Encoding.UTF8);
            return text == before?.Text ? (before, null) : (new OwnCard(OwnCardReader.Read(name, text), text), null);
        }
        catch (CardException wrong)
        {
            return (before, new CardProblem(name, wrong.Line, wrong.Problem, null));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return (before, new CardProblem(name, 1, $"the file cannot be read: {error.Message}", null));
        }
    }

    /// <summary>What a card has that belongs to another: its id, or the label of an utterance, by which the desk tells what is meant.</summary>
    private (string Of, string Problem)? Conflict(AgentCard card, IEnumerable<OwnCard> others)
    {
        if (desk.Roster.ById.ContainsKey(card.Id) || others.Any(o => o.Card.Id == card.Id)) return ("id:", $"another card is called {card.Id}; choose another id");
        foreach (Utterance said in card.Utterances)
            if (desk.Roster.Cards.Concat(others.Select(o => o.Card)).FirstOrDefault(c => c.Utterances.Any(u => u.Label == said.Label)) is { } owner)
                return ($"- {said.Label}:", $"the label \"{said.Label}\" belongs to {owner.Id}; choose another for these utterances");
        return null;
    }

    private static int LineOf(OwnCard card, string start) =>
        Math.Max(1, 1 + Array.FindIndex(card.Text.ReplaceLineEndings("\n").Split('\n'), l => l.TrimStart().StartsWith(start, StringComparison.Ordinal)));
}

/// <summary>Looks at the cards of operators' own agents again and again: files of a mounted volume tell nobody when they change.</summary>
public sealed class OwnCardWatch : BackgroundService
{
    private static readonly TimeSpan every = TimeSpan.FromSeconds(1);
    private readonly OwnCards cards;
    private readonly TimeProvider time;

    /// <summary>Reads them once, so that no turn begins without them.</summary>
    public OwnCardWatch(OwnCards cards, TimeProvider time)
    {
        (this.cards, this.time) = (cards, time);
        cards.Read();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) cards.Read();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }
}
