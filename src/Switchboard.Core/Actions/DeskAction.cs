using System.Text.Json.Serialization;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions;

/// <summary>
/// Something that changes the world: typed arguments, who may ask for it, and one rule that both says what it would change and changes it.
/// The arguments are the properties that are stored as JSON.
/// </summary>
public abstract record DeskAction
{
    /// <summary>Its name, <c>aggregate.verb</c>: what a card declares as <c>act:</c> and what the audit calls it.</summary>
    [JsonIgnore]
    public abstract string Name { get; }

    /// <summary>The scope that a user or a key needs to let it happen.</summary>
    [JsonIgnore]
    public abstract string Scope { get; }

    /// <summary>The roles at the customer that may ask for it; empty when no contact may.</summary>
    [JsonIgnore]
    public virtual IReadOnlyList<ContactRole> ContactRoles => [];

    /// <summary>Applies it and gives its result as it is stored, with how it is undone.</summary>
    public abstract ActionVerdict Carry(IActionRows rows);
}

/// <summary>An action with a result.</summary>
/// <typeparam name="TResult">What it ends with: a record that is stored as JSON.</typeparam>
public abstract record DeskAction<TResult> : DeskAction where TResult : class
{
    /// <summary>
    /// Changes the rows, or says why not. It is carried out on the rows as they are for the preview, without anything being kept, and again
    /// in the transaction that performs it; so it reads nothing but the rows, and the preview is what happens.
    /// </summary>
    /// <exception cref="Domain.DomainRuleException">A rule of an entity forbids it: a refusal with that rule.</exception>
    protected abstract ActionVerdict<TResult> Apply(IActionRows rows);

    /// <summary>
    /// How what was done is undone: by which action, or why by none. Every action says so, since a run that fails later undoes what it did or names
    /// what stays done.
    /// </summary>
    /// <param name="result">What it ended with.</param>
    protected abstract Reversal UndoOf(TResult result);

    /// <inheritdoc />
    public sealed override ActionVerdict Carry(IActionRows rows)
    {
        ActionVerdict<TResult> verdict = Apply(rows);
        return verdict.Result is { } result ? verdict with { Undo = UndoOf(result) } : verdict;
    }

    /// <summary>It is allowed, by a clause.</summary>
    /// <param name="result">What it ends with.</param>
    /// <param name="clause">The clause that allows it.</param>
    /// <param name="neededScope">The scope of who must approve it; null when nobody must.</param>
    protected static ActionVerdict<TResult> Done(TResult result, Clause clause, string? neededScope = null) => new(result, clause, neededScope);

    /// <summary>It is refused, by a clause.</summary>
    protected static ActionVerdict<TResult> Refuse(Clause clause) => new(null, clause, null);
}

/// <summary>What an action's rule says.</summary>
/// <param name="Clause">The clause that allows or forbids it.</param>
/// <param name="NeededScope">The scope of who must approve it; null when nobody must.</param>
public abstract record ActionVerdict(Clause Clause, string? NeededScope)
{
    /// <summary>Whether it is allowed.</summary>
    public abstract bool Allowed { get; }

    /// <summary>The result as JSON; null when it is refused.</summary>
    public abstract string? ResultJson { get; }

    /// <summary>How it is undone; null when it is refused.</summary>
    public Reversal? Undo { get; init; }
}

/// <summary>What an action's rule says, with the result.</summary>
/// <param name="Result">What it ends with; null when it is refused.</param>
/// <param name="Clause">The clause.</param>
/// <param name="NeededScope">The scope of who must approve it.</param>
public sealed record ActionVerdict<TResult>(TResult? Result, Clause Clause, string? NeededScope) : ActionVerdict(Clause, NeededScope) where TResult : class
{
    /// <inheritdoc />
    public override bool Allowed => Result is not null;

    /// <inheritdoc />
    public override string? ResultJson => Result is null ? null : Json.Write(Result);
}
