using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions;

/// <summary>A row that an action changes.</summary>
/// <param name="Change">created, changed or deleted; sent for an effect on the outside, which is told with its port, what it is in words, and the digest of all that is sent.</param>
/// <param name="Entity">The kind of row.</param>
/// <param name="Id">The row; of one that is created an id that will be another when it is performed.</param>
/// <param name="Before">The changed fields as they are, as JSON; null for a row that is created.</param>
/// <param name="After">The changed fields as they become, as JSON; null for a row that is deleted.</param>
public sealed record RowChange(string Change, string Entity, Guid? Id, string? Before, string? After);

/// <summary>What an action would do now: exactly the rows it changes, found by carrying it out without keeping anything.</summary>
/// <param name="Action">The action's name.</param>
/// <param name="Arguments">Its arguments as JSON.</param>
/// <param name="Allowed">Whether it may be done.</param>
/// <param name="Clause">The clause that allows or forbids it.</param>
/// <param name="NeededScope">The scope of who must approve it; null when nobody must.</param>
/// <param name="Changes">The rows it changes; none when it is forbidden.</param>
/// <param name="Result">What it would end with, as JSON; null when it is forbidden.</param>
/// <param name="Digest">SHA-256 over all of it but new ids and instants, in hexadecimal: two previews with the same digest do the same.</param>
public sealed record ActionPreview(string Action, string Arguments, bool Allowed, Clause Clause, string? NeededScope, IReadOnlyList<RowChange> Changes, string? Result, string Digest)
{
    /// <summary>How it can be undone afterwards, with ids that will be others for rows that are made; null when it is forbidden.</summary>
    public Reversal? Undo { get; init; }

    /// <summary>What the action's own rule said before a guard stopped it; null when none did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StoppedOffer? Stopped { get; init; }

    /// <summary>Makes a preview with its digest.</summary>
    /// <param name="action">The action.</param>
    /// <param name="verdict">What its rule says.</param>
    /// <param name="changes">The rows it changes.</param>
    /// <param name="stable">The same changes and the result as text in which new ids and instants are left out.</param>
    public static ActionPreview Of(DeskAction action, ActionVerdict verdict, IReadOnlyList<RowChange> changes, string stable)
    {
        string arguments = ArgumentsOf(action);
        string all = string.Join('\n', action.Name, arguments, verdict.Allowed, verdict.Clause.Rule, verdict.NeededScope, stable);
        return new ActionPreview(action.Name, arguments, verdict.Allowed, verdict.Clause, verdict.NeededScope, changes, verdict.ResultJson, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))) { Undo = verdict.Undo };
    }

    /// <summary>An action's arguments as they are stored.</summary>
    public static string ArgumentsOf(DeskAction action) => System.Text.Json.JsonSerializer.Serialize(action, action.GetType(), Json.Options);
}

/// <summary>What an action's own rule said of it before a guard stopped it.</summary>
/// <param name="Clause">The clause that allowed it.</param>
/// <param name="NeededScope">The scope of who would have had to approve it.</param>
/// <param name="Digest">The digest of the preview.</param>
public sealed record StoppedOffer(Clause Clause, string? NeededScope, string Digest);

/// <summary>How the performance of an action ended.</summary>
public enum PerformanceKind
{
    /// <summary>It was performed.</summary>
    Performed,

    /// <summary>It would do something else now than what was agreed to; nothing was done.</summary>
    Stale,

    /// <summary>A rule or a missing right forbids it now; nothing was done.</summary>
    Refused,
}

/// <summary>What came of performing an action, as it stands in the journal.</summary>
/// <param name="Kind">How it ended.</param>
/// <param name="Clause">The clause that allowed or forbade it.</param>
/// <param name="Result">What it ended with, as JSON; null when nothing was done.</param>
/// <param name="Changes">The rows it changed.</param>
/// <param name="Key">The key under which it is done at most once: run and step.</param>
/// <param name="ApprovalId">The approval it rests on; null when none was needed.</param>
public sealed record Performance(PerformanceKind Kind, Clause Clause, string? Result, IReadOnlyList<RowChange> Changes, string Key, Guid? ApprovalId)
{
    /// <summary>The action; null in journals that are older than this field.</summary>
    public string? Action { get; init; }

    /// <summary>How it is undone when the run that did it does not come to its end; null when nothing was done, or it shall stay.</summary>
    public Reversal? Undo { get; init; }
}
