using System.Text.Json.Serialization;
using Switchboard.Core.Actions;
using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Runs;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Policies;

namespace Switchboard.CrashHost;

/// <summary>Whom the run acts on.</summary>
internal sealed record ActingInput(Guid CustomerId);

/// <summary>
/// Changes our own database, then the outside, then what a person must approve first; behind all of it it ends well, or fails for good, so that what it did is undone.
/// </summary>
internal sealed class ActingRun(string name, bool fails) : RunHandler
{
    public const string Ending = "test.acts", Failing = "test.undoes";

    /// <summary>What the credits say, so that they are told from the demonstration's.</summary>
    private const string reason = "Given by a run that may die.";

    // The one is given by itself, the other is above what the policy gives without a person.
    private const decimal small = 20, large = 200;

    public override string Name => name;

    public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        Guid customer = run.Input<ActingInput>().CustomerId;
        string words = await run.StepAsync("read", "words", _ => Task.FromResult(reason), cancellationToken);
        Outcome<CreditGranted> given = await run.PerformAsync("small", new GrantCredit(customer, CreditKind.Promotional, small, words), cancellationToken);
        Outcome<OutsideCalled> called = await run.PerformAsync("call", new CallOutside(customer), cancellationToken);
        Outcome<CreditGranted> approved = await run.PerformAsync("large", new GrantCredit(customer, CreditKind.Promotional, large, words), cancellationToken);
        return await run.StepAsync(
            "decide",
            "end",
            _ => fails ? throw new StepFailedException("no_more", "It goes no further.", canRetry: false) : Task.FromResult(string.Join('|', given.Kind, called.Kind, approved.Kind)),
            cancellationToken);
    }
}

/// <summary>What was asked of the other side.</summary>
internal sealed record OutsideCalled(Guid CustomerId);

/// <summary>Asks something of the other side that the test holds; that is not called back.</summary>
internal sealed record CallOutside(Guid CustomerId) : DeskAction<OutsideCalled>
{
    [JsonIgnore]
    public override string Name => "test.call";

    [JsonIgnore]
    public override string Scope => "write:customers";

    protected override Reversal UndoOf(OutsideCalled result) => Reversal.None("What the other side did stays.");

    protected override ActionVerdict<OutsideCalled> Apply(IActionRows rows)
    {
        if (rows.Find<Customer>(CustomerId) is null) return Refuse(new Clause("customer_not_found", "There is no such customer."));
        rows.Send("knowing", new OutsideCalled(CustomerId), CustomerId, conversationId: null);
        return Done(new OutsideCalled(CustomerId), new Clause("test.call", "The other side may be called."));
    }
}
