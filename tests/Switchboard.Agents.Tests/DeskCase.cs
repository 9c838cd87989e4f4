using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Switchboard.Agents.Tests;

/// <summary>What must come of one message. What is not named is not looked at.</summary>
public sealed class Expectation
{
    /// <summary>The reply's status; <c>none</c> when there must be no reply.</summary>
    public string Status { get; set; } = "";

    /// <summary>The agent that speaks.</summary>
    public string? Agent { get; set; }

    /// <summary>Words of the reply.</summary>
    public string? TextContains { get; set; }

    /// <summary>Title of an article the reply cites; <c>none</c> when it must cite nothing.</summary>
    public string? Cites { get; set; }

    /// <summary>Who owns the conversation afterwards.</summary>
    public string? Owner { get; set; }

    /// <summary>Where the conversation stands afterwards.</summary>
    public string? Conversation { get; set; }

    /// <summary>Why people took over.</summary>
    public string? Reason { get; set; }
}

/// <summary>A talk with the desk as a script: what is said, and what must come of each message.</summary>
public sealed class DeskCase
{
    /// <summary>What the case shows.</summary>
    public string Name { get; set; } = "";

    /// <summary>none, or the e-mail address of a contact of the demonstration tenant.</summary>
    public string Contact { get; set; } = "none";

    /// <summary>How a message begins that is said in another conversation of the same contact, where the rows are changed meanwhile.</summary>
    public const string Elsewhere = "elsewhere: ";

    /// <summary>A customer of the case's own who writes, where mails go out and payments are collected; null when <see cref="Contact"/> writes.</summary>
    public CaseAccount? Account { get; set; }

    /// <summary>Which of the <see cref="Situations"/> of a talk it shows.</summary>
    public List<string> Shows { get; set; } = [];

    /// <summary>What each talk about money has a case for: a no, another thing than was offered, an offer that holds no more, nobody who is proven, two wishes, something else amid it, and thirty days without a word.</summary>
    public static IReadOnlyList<string> Situations { get; } = ["decline", "correction", "stale", "identity", "two wishes", "digression", "silence"];

    /// <summary>The messages.</summary>
    public List<string> Say { get; set; } = [];

    /// <summary>The tenant's policies from a message on, by its number, as JSON; what they leave out is as by default. Behind the case all are by default again.</summary>
    public Dictionary<int, string> Policies { get; set; } = [];

    /// <summary>What happens before a message, by its number: <c>pay 1</c>, <c>void 1</c> or <c>refund 1</c> an invoice of the case's customer, <c>seats 12</c>, <c>role user</c>, or <c>days 30</c> and <c>minutes 31</c> that pass.</summary>
    public Dictionary<int, List<string>> Before { get; set; } = [];

    /// <summary>What the case's customer has at the end, by invoice: <c>refunded 1</c>, <c>tried 1</c>, <c>mailed 1</c>, or <c>nothing</c>; null when it is not looked at.</summary>
    public List<string>? Done { get; set; }

    /// <summary>What must come of each.</summary>
    public List<Expectation> Expect { get; set; } = [];

    public static string Folder => Path.Combine(AppContext.BaseDirectory, "Cases");

    /// <summary>How the name of a file ends that holds the decisions of an agent that is talked with.</summary>
    public const string FactsEnd = ".facts.yaml";

    /// <summary>The agents that have cases, as <c>domain/name</c>.</summary>
    public static IEnumerable<string> Agents() => Directory.EnumerateFiles(Folder, "*.yaml", SearchOption.AllDirectories).Where(f => !f.EndsWith(FactsEnd, StringComparison.Ordinal))
        .Select(f => Path.GetRelativePath(Folder, f).Replace('\\', '/')[..^".yaml".Length]).Order(StringComparer.Ordinal);

    /// <summary>The cases of an agent.</summary>
    public static List<DeskCase> Of(string agent) => Parse(File.ReadAllText(Path.Combine(Folder, agent + ".yaml")));

    public static List<DeskCase> Parse(string yaml) => new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build().Deserialize<List<DeskCase>>(yaml);
}
