using System.IO.Compression;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Switchboard.Core;
using Switchboard.Core.Agents;
using Switchboard.Domain;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;
using Switchboard.Storage.Auditing;

namespace Switchboard.Storage.Transfer;

/// <summary>What an export of a customer holds.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="ContactId">The one person; null for the customer and all its people.</param>
/// <param name="At">As of when.</param>
/// <param name="Entities">How many rows of what.</param>
public sealed record CustomerArchive(Guid CustomerId, Guid? ContactId, DateTimeOffset At, IReadOnlyDictionary<string, long> Entities);

/// <summary>Writes all that is kept of a customer, or of one of its people, as a zip of JSON Lines in the form of the tenant's export: what the law lets a person ask for.</summary>
/// <param name="data">The rows.</param>
/// <param name="time">The clock.</param>
public sealed class CustomerExport(Data data, TimeProvider time)
{
    private static readonly MethodInfo write = typeof(CustomerExport).GetMethod(nameof(WriteRowsAsync), BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <summary>The desk's own workings on the customer's rows: nothing a person gave or was told.</summary>
    private static readonly HashSet<Type> left = [typeof(OutboxEntry), typeof(Approval)];

    /// <summary>Writes it, and enters into the audit that it was given out.</summary>
    /// <returns>What was written; null when there is no such customer or person.</returns>
    public async Task<CustomerArchive?> WriteAsync(Actor actor, Guid customerId, Guid? contactId, Stream to, CancellationToken cancellationToken)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        await using (SwitchboardDb db = data.For(actor.TenantId))
        {
            if (!await db.Customers.AnyAsync(c => c.Id == customerId && c.DeletedAt == null, cancellationToken)) return null;
            if (contactId is { } person && !await db.Contacts.AnyAsync(c => c.Id == person && c.CustomerId == customerId, cancellationToken)) return null;
            await using ZipArchive zip = await ZipArchive.CreateAsync(to, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken);
            foreach (IEntityType entity in EntityOrder.Of(db.Model).Where(e => !left.Contains(e.ClrType)))
            {
                if (RowsOf(entity.ClrType, db, customerId, contactId) is not { } rows) continue;
                string name = EntityAccess.Of(entity.ClrType).Name;
                await using Stream file = await zip.CreateEntry($"{name}.jsonl", CompressionLevel.Optimal).OpenAsync(cancellationToken);
                counts[name] = await (Task<long>)write.MakeGenericMethod(entity.ClrType).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [db, new EntityJson(entity), rows, file, cancellationToken], null)!;
            }

            var archive = new CustomerArchive(customerId, contactId, time.GetUtcNow(), counts);
            await using Stream manifest = await zip.CreateEntry(ArchiveManifest.FileName).OpenAsync(cancellationToken);
            await JsonSerializer.SerializeAsync(manifest, archive, Json.Options, cancellationToken);
        }

        DateTimeOffset at = time.GetUtcNow();
        await data.WriteAsync(actor, db => Note(db, customerId, contactId, at), CancellationToken.None);
        return new CustomerArchive(customerId, contactId, at, counts);
    }

    private static bool Note(SwitchboardDb db, Guid customerId, Guid? contactId, DateTimeOffset at)
    {
        db.Note(new AuditChange("exported", contactId is null ? "customer" : "contact", contactId ?? customerId, null, null));
        if (contactId is { } person) db.Add(new PrivacyRequest { TenantId = db.TenantId, Id = Guid.CreateVersion7(at), CustomerId = customerId, ContactId = person, Right = "access", Scope = "contact", ReceivedAt = at, Due = at, State = "done", DoneAt = at });
        return true;
    }

    /// <summary>Which rows of an entity belong to it, as row => …; null when none do. Notes that are not for everybody, of the staff among themselves, are not given out.</summary>
    private static LambdaExpression? RowsOf(Type entity, SwitchboardDb db, Guid customerId, Guid? contactId)
    {
        IQueryable<Guid> talks = db.Conversations.Where(c => contactId == null ? c.CustomerId == customerId : c.ContactId == contactId).Select(c => c.Id);
        if (entity == typeof(Message))
        {
            Expression<Func<Message, bool>> said = m => !m.IsPrivate && talks.Contains(m.ConversationId);
            return said;
        }

        if (entity == typeof(CsatRating) && contactId is not null)
        {
            Expression<Func<CsatRating, bool>> given = r => talks.Contains(r.ConversationId);
            return given;
        }

        if (entity == typeof(Ticket) && contactId is not null)
        {
            Expression<Func<Ticket, bool>> reported = t => t.ConversationId != null && talks.Contains(t.ConversationId.Value);
            return reported;
        }

        if (entity == typeof(CustomerNote))
        {
            Expression<Func<CustomerNote, bool>> notes = n => n.CustomerId == customerId && n.Visibility == NoteVisibility.Company;
            return contactId is null ? notes : null;
        }

        if (entity == typeof(Customer) || (entity == typeof(Contact) && contactId is not null)) return Equal(entity, nameof(TenantRow.Id), entity == typeof(Customer) ? customerId : contactId!.Value);
        if (!typeof(ICustomerOwned).IsAssignableFrom(entity)) return null;
        return contactId is not { } person ? Equal(entity, nameof(ICustomerOwned.CustomerId), customerId)
            : entity.GetProperty("ContactId") is not null ? Equal(entity, "ContactId", person)
            : null;
    }

    private static LambdaExpression Equal(Type entity, string property, Guid id)
    {
        ParameterExpression row = Expression.Parameter(entity, "row");
        Expression column = Expression.Property(row, property);
        return Expression.Lambda(Expression.Equal(column, Expression.Convert(Expression.Constant(id), column.Type)), row);
    }

    private static async Task<long> WriteRowsAsync<T>(SwitchboardDb db, EntityJson json, LambdaExpression rows, Stream file, CancellationToken cancellationToken) where T : class, ITenantOwned
    {
        await using var writer = new Utf8JsonWriter(file, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        long count = 0;
        await foreach (T row in json.Ordered(db.Set<T>().Where((Expression<Func<T, bool>>)rows)).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            json.Write(writer, row);
            await writer.FlushAsync(cancellationToken);
            writer.Reset();
            await file.WriteAsync("\n"u8.ToArray(), cancellationToken);
            count++;
        }

        return count;
    }
}
