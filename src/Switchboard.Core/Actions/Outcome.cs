using Switchboard.Domain.Operations;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions;

/// <summary>How a proposal ended.</summary>
public enum OutcomeKind
{
    /// <summary>It was agreed to and performed.</summary>
    Performed,

    /// <summary>The customer did not agree; everything stays as it is.</summary>
    Kept,

    /// <summary>It would do something else now than what the customer agreed to; nothing was done.</summary>
    Stale,

    /// <summary>A rule or a missing right forbids it.</summary>
    Refused,

    /// <summary>Whoever had to approve it said no.</summary>
    Rejected,

    /// <summary>Nobody approved it in time.</summary>
    Expired,
}

/// <summary>What came of a proposal.</summary>
/// <typeparam name="TResult">What the action ends with.</typeparam>
/// <param name="Kind">How it ended.</param>
/// <param name="Value">What the action ended with; null unless it was performed.</param>
/// <param name="Clause">The clause it rests on.</param>
/// <param name="Note">What the one who decided an approval said to it; null when nothing.</param>
public sealed record Outcome<TResult>(OutcomeKind Kind, TResult? Value, Clause Clause, string? Note = null) where TResult : class
{
    /// <summary>What came of a performance.</summary>
    /// <param name="done">The performance.</param>
    /// <param name="note">What the one who approved it said to it.</param>
    public static Outcome<TResult> Of(Performance done, string? note) => done.Kind switch
    {
        PerformanceKind.Performed => new(OutcomeKind.Performed, Json.Read<TResult>(done.Result!), done.Clause, note),
        PerformanceKind.Stale => new(OutcomeKind.Stale, null, done.Clause),
        _ => new(OutcomeKind.Refused, null, done.Clause),
    };

    /// <summary>What came of an approval that was not given.</summary>
    public static Outcome<TResult> Of(ApprovalDecided refusal, Clause clause) =>
        new(refusal.Status == ApprovalStatus.Expired ? OutcomeKind.Expired : OutcomeKind.Rejected, null, clause, refusal.Note);
}

/// <summary>An approval a dialogue asks for, stored at the end of the turn.</summary>
/// <param name="ApprovalId">Its id.</param>
/// <param name="NeededScope">The scope of who must decide it.</param>
/// <param name="ExpiresAt">When it ends by itself.</param>
public sealed record ApprovalAsked(Guid ApprovalId, string NeededScope, DateTimeOffset ExpiresAt);

/// <summary>What became of an approval: what the turn that it triggers brings.</summary>
/// <param name="ApprovalId">The approval.</param>
/// <param name="Status">Approved, rejected or expired.</param>
/// <param name="Note">What the one who decided said to it; null when nothing.</param>
public sealed record ApprovalDecided(Guid ApprovalId, ApprovalStatus Status, string? Note);
