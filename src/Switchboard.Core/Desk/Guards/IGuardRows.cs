using System.Security.Cryptography;
using System.Text;
using Switchboard.Core.Conversations;

namespace Switchboard.Core.Desk.Guards;

/// <summary>What a text names that could belong to a customer.</summary>
/// <param name="Names">Names of companies and people.</param>
/// <param name="Emails">Addresses, as they are written and in lower case.</param>
/// <param name="Numbers">Numbers of invoices.</param>
public sealed record NamedInText(IReadOnlyList<string> Names, IReadOnlyList<string> Emails, IReadOnlyList<string> Numbers)
{
    /// <summary>All of it.</summary>
    public IEnumerable<string> All => [.. Names, .. Emails, .. Numbers];

    /// <summary>Whether it names nothing.</summary>
    public bool IsEmpty => Names.Count == 0 && Emails.Count == 0 && Numbers.Count == 0;
}

/// <summary>A payment, with what was given back on it so far.</summary>
/// <param name="PaymentId">The payment.</param>
/// <param name="CustomerId">Who paid; null when nobody of the tenant's customers did.</param>
/// <param name="Paid">How much came in; zero when it has not.</param>
/// <param name="Refunded">How much was given back.</param>
/// <param name="Currency">ISO 4217 code.</param>
public sealed record PaidBack(Guid PaymentId, Guid? CustomerId, decimal Paid, decimal Refunded, string Currency);

/// <summary>The rows the guards of a turn look into beside what the turn has read. No agent sees them: what belongs to others may only be recognised. Each call is one round trip.</summary>
public interface IGuardRows
{
    /// <summary>What is named and belongs to a customer other than the one given.</summary>
    Task<IReadOnlyList<string>> OfOthersAsync(Guid tenantId, Guid? customerId, NamedInText named, CancellationToken cancellationToken);

    /// <summary>The payments, as they are now.</summary>
    Task<IReadOnlyList<PaidBack>> PaymentsAsync(Guid tenantId, IReadOnlyList<Guid> paymentIds, CancellationToken cancellationToken);
}

/// <summary>What the guards of a turn read of rows, for its journal. What belongs to others stands there as digests alone: a journal is read by those who may not know it.</summary>
/// <param name="Others">Digests of what was named and belongs to others.</param>
/// <param name="Payments">The payments.</param>
public sealed record GuardReads(IReadOnlyList<string> Others, IReadOnlyList<PaidBack> Payments)
{
    private const int digits = 16;

    /// <summary>The name of the turn's step that holds them.</summary>
    public const string StepName = "read:guard";

    /// <summary>The digest of a name, an address or a number.</summary>
    public static string DigestOf(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name.ToUpperInvariant())))[..digits];
}

/// <summary>The rows as the guards of a recorded turn read them.</summary>
/// <param name="reads">What they read; null when they read nothing.</param>
internal sealed class RecordedGuardRows(GuardReads? reads) : IGuardRows
{
    public Task<IReadOnlyList<string>> OfOthersAsync(Guid tenantId, Guid? customerId, NamedInText named, CancellationToken cancellationToken)
    {
        GuardReads then = Read();
        return Task.FromResult<IReadOnlyList<string>>([.. named.All.Where(n => then.Others.Contains(GuardReads.DigestOf(n)))]);
    }

    public Task<IReadOnlyList<PaidBack>> PaymentsAsync(Guid tenantId, IReadOnlyList<Guid> paymentIds, CancellationToken cancellationToken)
    {
        GuardReads then = Read();
        return Task.FromResult<IReadOnlyList<PaidBack>>([.. then.Payments.Where(p => paymentIds.Contains(p.PaymentId))]);
    }

    private GuardReads Read() => reads ?? throw new StepNotRecordedException(GuardReads.StepName);
}
