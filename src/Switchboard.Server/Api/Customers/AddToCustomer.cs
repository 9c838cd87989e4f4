using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;

namespace Switchboard.Server.Api.Customers;

/// <summary>POST /customers/{id}/contacts, notes and consents.</summary>
public static class AddToCustomer
{
    private const int longestName = 200;
    private const int longestWord = 100;
    private const int longestNote = 10_000;

    /// <summary>A person.</summary>
    public sealed record ContactBody(string? Email, string? Name, ContactRole? Role = null, string? Title = null, string? Phone = null, bool IsPrimary = false, string? Language = null, string? TimeZone = null);

    /// <summary>A note; what is not said is general, and for everybody.</summary>
    public sealed record NoteBody(string? Text, NoteKind? Kind = null, NoteVisibility? Visibility = null);

    /// <summary>What a person allowed or forbade, and the version of the text they saw.</summary>
    public sealed record ConsentBody(Guid? ContactId, string? Purpose, bool? Granted, string? TextVersion);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder customer = routes.MapGroup("/customers/{id:guid}");
        customer.MapPost("/contacts", AddContactAsync).NeedsScope(CustomerAccess.Write).Example(new { email = "ines@birch.example", name = "Ines Okafor", title = "Operations" }).Produces<CustomerLists.ContactView>(201).WithSummary("Adds a person to the customer; an e-mail address belongs to one person.");
        customer.MapPost("/notes", AddNoteAsync).NeedsScope(CustomerAccess.Write).Example(new { text = "Prefers to be called in the morning." }).Produces<CustomerLists.NoteView>(201).WithSummary("Adds a note: private ones are read by their author, a team's by the team, a company's by all the staff.");
        customer.MapPost("/consents", RecordConsentAsync).NeedsScope(CustomerAccess.Write).Example(new { contactId = Guid.Empty, purpose = "marketing", granted = true, textVersion = "2026-01" }).Produces<CustomerLists.ConsentView>(201).WithSummary("Records what a person allowed or forbade; the newest of a purpose holds.");
    }

    private static async Task<IResult> AddContactAsync(Guid id, ContactBody body, HttpContext http, RowChanges changes, TimeProvider time)
    {
        var fields = new CustomerFields();
        string email = fields.Email("email", body.Email);
        fields.Must("name", body.Name, longestName);
        fields.Line("title", body.Title, longestWord);
        fields.Line("phone", body.Phone, longestWord);
        fields.Language("language", body.Language);
        fields.TimeZone("timeZone", body.TimeZone);
        if (fields.Problem is { } problem) return problem;
        Actor caller = http.Caller();
        DateTimeOffset now = time.GetUtcNow();
        return await changes.MakeAsync(http, body, db =>
        {
            if (CustomerAccess.Find(db, id) is null) return Changed.Refused(Problems.NotFound("customer"));
            if (db.Contacts.Any(c => c.Email == email)) return Changed.Refused(Problems.Of(409, "email_taken", "The address is known", "Somebody has this e-mail address already; an address belongs to one person."));
            // There is one first person to turn to.
            if (body.IsPrimary) foreach (Contact other in db.Contacts.Where(c => c.CustomerId == id && c.IsPrimary)) other.IsPrimary = false;
            var contact = new Contact
            {
                TenantId = db.TenantId,
                Id = Guid.CreateVersion7(now),
                CustomerId = id,
                Email = email,
                Name = body.Name!.Trim(),
                Role = body.Role ?? ContactRole.User,
                Title = body.Title?.Trim(),
                Phone = body.Phone?.Trim(),
                IsPrimary = body.IsPrimary,
                Language = body.Language,
                TimeZone = body.TimeZone,
            };
            db.Contacts.Add(contact);
            return Changed.Created($"/api/v1/customers/{id}/contacts", CustomerLists.Show(caller, contact));
        });
    }

    private static async Task<IResult> AddNoteAsync(Guid id, NoteBody body, HttpContext http, RowChanges changes, TimeProvider time)
    {
        var fields = new CustomerFields();
        fields.Text("text", body.Text, longestNote);
        Actor caller = http.Caller();
        NoteVisibility visibility = body.Visibility ?? NoteVisibility.Company;
        fields.Require(visibility == NoteVisibility.Company || caller.PersonId is not null, "visibility", "is company where nobody of the staff writes");
        if (fields.Problem is { } problem) return problem;
        DateTimeOffset now = time.GetUtcNow();
        return await changes.MakeAsync(http, body, db =>
        {
            if (CustomerAccess.Find(db, id) is null) return Changed.Refused(Problems.NotFound("customer"));
            var note = new CustomerNote { TenantId = db.TenantId, Id = Guid.CreateVersion7(now), CustomerId = id, Kind = body.Kind ?? NoteKind.General, Visibility = visibility, Text = body.Text!, AuthorId = caller.PersonId, CreatedAt = now };
            db.Add(note);
            return Changed.Created($"/api/v1/customers/{id}/notes", CustomerLists.Show(note));
        });
    }

    private static async Task<IResult> RecordConsentAsync(Guid id, ConsentBody body, HttpContext http, RowChanges changes, TimeProvider time)
    {
        var fields = new CustomerFields();
        fields.Require(body.ContactId is not null, "contactId", "is missing");
        fields.Must("purpose", body.Purpose, longestWord);
        fields.Require(body.Granted is not null, "granted", "is true or false");
        fields.Must("textVersion", body.TextVersion, longestWord);
        if (fields.Problem is { } problem) return problem;
        DateTimeOffset now = time.GetUtcNow();
        return await changes.MakeAsync(http, body, db =>
        {
            if (CustomerAccess.Find(db, id) is null) return Changed.Refused(Problems.NotFound("customer"));
            if (!db.Contacts.Any(c => c.Id == body.ContactId && c.CustomerId == id)) return Changed.Refused(Problems.Invalid(("contactId", "is no person of this customer")));
            var consent = new Consent { TenantId = db.TenantId, Id = Guid.CreateVersion7(now), CustomerId = id, ContactId = body.ContactId!.Value, Purpose = body.Purpose!.Trim(), Granted = body.Granted!.Value, TextVersion = body.TextVersion!.Trim(), At = now };
            db.Add(consent);
            return Changed.Created($"/api/v1/customers/{id}/consents", CustomerLists.Show(consent));
        });
    }
}
