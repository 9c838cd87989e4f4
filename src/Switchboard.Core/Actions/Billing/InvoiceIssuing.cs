using Switchboard.Core.Runs;
using Switchboard.Domain.Billing;

namespace Switchboard.Core.Actions.Billing;

/// <summary>
/// Issues drafts behind the commit of what they bill, one after the other: a number that was shown in a preview would make every offer stale when somebody else is
/// billed. Then the customer is sent the invoice, where there is a mail server.
/// </summary>
public sealed class InvoiceIssuing : RunHandler
{
    /// <summary>The handler's name.</summary>
    public const string HandlerName = "invoice.issuing";

    /// <inheritdoc />
    public override string Name => HandlerName;

    /// <summary>The work for a draft.</summary>
    internal static WorkLater WorkFor(Invoice draft) => new(HandlerName, "invoices", Json.Write(new IssuingInput(draft.Id)), $"{HandlerName}\n{draft.Id:N}");

    /// <inheritdoc />
    public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        Outcome<InvoiceIssued> issued = await DueActions.PerformAsync(run, new IssueInvoice(run.Input<IssuingInput>().InvoiceId), cancellationToken);
        // Without a mail server the sending is refused; the invoice stands all the same.
        if (issued.Value is { ContactId: { } contact } invoice) await DueActions.PerformAsync(run, new ResendInvoice(invoice.InvoiceId, contact), cancellationToken);
        return DueDone.Of(issued);
    }

    private sealed record IssuingInput(Guid InvoiceId);
}
