using System.Security.Cryptography;
using Switchboard.Core.Outbox;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Storage.Conversations;
using Switchboard.Storage.Outbox;

namespace Switchboard.Storage.Accounts;

/// <summary>A code to be mailed.</summary>
/// <param name="Id">Its row.</param>
/// <param name="Hash">What is stored of it.</param>
/// <param name="Mail">The mail that brings it to a contact.</param>
public sealed record NewProof(Guid Id, byte[] Hash, Func<Contact, OutsideEffect> Mail);

/// <summary>The codes by which visitors prove to be contacts.</summary>
/// <param name="data">Where they are stored.</param>
public sealed class ProofCodeStore(Data data)
{
    private const int forgottenAtOnce = 50;
    private const int takenAtOnce = 100;
    private static readonly TimeSpan kept = TimeSpan.FromDays(1);

    /// <summary>The contact with an address; null when nobody has it. One page writes it as it was typed, another all small: the one that is as it is said comes first.</summary>
    public static Contact? Find(SwitchboardDb db, string email)
    {
        string small = email.ToLowerInvariant();
        return db.Contacts.Where(c => c.AnonymisedAt == null && (c.Email == email || c.Email == small)).OrderByDescending(c => c.Email == email).FirstOrDefault();
    }

    /// <summary>Mails a code to the contact with the address; the visitor's earlier ones are void. Where nobody has the address, or was mailed too often, a row is written all the same, and no code fits it.</summary>
    /// <param name="visitor">Who asks.</param>
    /// <param name="email">The address that was said.</param>
    /// <param name="proof">The code.</param>
    /// <param name="now">The instant.</param>
    /// <param name="cancellationToken">Cancels what has not begun to write.</param>
    public Task AskAsync(ContactActor visitor, string email, NewProof proof, DateTimeOffset now, CancellationToken cancellationToken) => data.WriteAsync(
        visitor,
        db =>
        {
            DateTimeOffset old = now - kept, since = now - ProofCode.Window;
            db.RemoveRange(db.Set<ProofCode>().Where(c => c.CreatedAt < old).OrderBy(c => c.CreatedAt).Take(forgottenAtOnce));
            foreach (ProofCode earlier in db.Set<ProofCode>().Where(c => c.VisitorId == visitor.VisitorId && c.UsedAt == null)) earlier.End(now);
            Contact? contact = Find(db, email);
            if (contact is not null && db.Set<ProofCode>().Count(c => c.ContactId == contact.Id && c.CreatedAt > since) >= ProofCode.MostMails) contact = null;
            db.Add(new ProofCode { TenantId = db.TenantId, Id = proof.Id, VisitorId = visitor.VisitorId, ContactId = contact?.Id, Hash = proof.Hash, CreatedAt = now, ExpiresAt = now + ProofCode.Life });
            if (contact is not null) db.Send(proof.Mail(contact));
            return true;
        },
        cancellationToken);

    /// <summary>Tries a code for the visitor that asked. When it fits, what the visitor wrote so far is the contact's from then on.</summary>
    /// <param name="visitor">Who types it.</param>
    /// <param name="hashOf">What is stored of the code that was typed, for a row.</param>
    /// <param name="now">The instant.</param>
    /// <param name="cancellationToken">Cancels what has not begun to write.</param>
    /// <returns>The contact that is proven; null when the code does not work.</returns>
    public Task<Guid?> TryAsync(ContactActor visitor, Func<Guid, byte[]> hashOf, DateTimeOffset now, CancellationToken cancellationToken) => data.WriteAsync(
        visitor,
        db =>
        {
            // Asking ends the earlier ones, so there is one at most; which of two was made later their instants would not tell.
            if (db.Set<ProofCode>().SingleOrDefault(c => c.VisitorId == visitor.VisitorId && c.UsedAt == null) is not { } code) return null;
            if (code.Try(CryptographicOperations.FixedTimeEquals(code.Hash, hashOf(code.Id)), now) is not { } proven) return null;
            // Who was erased meanwhile is nobody.
            if (db.Contacts.SingleOrDefault(c => c.Id == proven && c.AnonymisedAt == null && !db.Customers.Any(k => k.Id == c.CustomerId && k.ErasureBegunAt != null)) is not { } contact) return (Guid?)null;
            Guid[] talks = [.. db.Conversations.Where(c => c.VisitorId == visitor.VisitorId && c.ContactId == null && c.DeletedAt == null).OrderBy(c => c.Id).Select(c => c.Id).Take(takenAtOnce)];
            foreach (Guid talk in talks) db.Hold(talk)?.Prove(contact.Id, contact.CustomerId, Proof.Email, now);
            return contact.Id;
        },
        cancellationToken);
}
