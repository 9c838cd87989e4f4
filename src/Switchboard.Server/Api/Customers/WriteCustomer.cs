using Switchboard.Core.Policies;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Policies;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Customers;

/// <summary>POST /customers makes an account, PATCH /customers/{id} changes what is given of it, DELETE /customers/{id} takes it from the lists. Its plan follows from its subscription and is changed there.</summary>
public static class WriteCustomer
{
    private const int longestName = 200;
    private const int longestWord = 100;

    /// <summary>A new account. Without a plan it has the tenant's first one.</summary>
    public sealed record NewBody(
        string? Name, string? Plan = null, CustomerLifecycle? Lifecycle = null, string? ExternalRef = null, string? Domain = null, string? Industry = null, int? Employees = null, string? Country = null, string? Language = null,
        string? TimeZone = null, string? Source = null, Guid? CsmId = null, IReadOnlyList<string>? Tags = null, IReadOnlyDictionary<string, string>? Attributes = null);

    /// <summary>What changes: a field that is left out stays, one that is null is emptied.</summary>
    public sealed record ChangeBody
    {
        /// <summary>The account's name.</summary>
        public Given<string> Name { get; init; }

        /// <summary>Where the account stands.</summary>
        public Given<CustomerLifecycle?> Lifecycle { get; init; }

        /// <summary>The id in another system.</summary>
        public Given<string> ExternalRef { get; init; }

        /// <summary>The company's domain.</summary>
        public Given<string> Domain { get; init; }

        /// <summary>What the company does.</summary>
        public Given<string> Industry { get; init; }

        /// <summary>Employees.</summary>
        public Given<int?> Employees { get; init; }

        /// <summary>ISO 3166 code.</summary>
        public Given<string> Country { get; init; }

        /// <summary>BCP 47 tag.</summary>
        public Given<string> Language { get; init; }

        /// <summary>IANA name.</summary>
        public Given<string> TimeZone { get; init; }

        /// <summary>How the account came.</summary>
        public Given<string> Source { get; init; }

        /// <summary>The customer success manager.</summary>
        public Given<Guid?> CsmId { get; init; }

        /// <summary>All labels it is to have.</summary>
        public Given<IReadOnlyList<string>> Tags { get; init; }

        /// <summary>All the tenant keeps of its own.</summary>
        public Given<IReadOnlyDictionary<string, string>> Attributes { get; init; }
    }

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/customers", CreateAsync).NeedsScope(CustomerAccess.Write).Example(new { name = "Birch Bikes", country = "DE", employees = 40, tags = new[] { "pilot" } }).Produces<CustomerView>(201).WithSummary("Makes an account.");
        routes.MapPatch("/customers/{id:guid}", ChangeAsync).NeedsScope(CustomerAccess.Write).HeldToVersion().Example(new { industry = "cycling", tags = new[] { "pilot", "north" } }).Produces<CustomerView>().WithSummary("Changes what is given of an account. Needs If-Match.");
        routes.MapDelete("/customers/{id:guid}", DeleteAsync).NeedsScope(CustomerAccess.Delete).HeldToVersion().Produces(204).WithSummary("Takes an account from the lists; its rows stay until retention ends. Needs If-Match.");
    }

    private static async Task<IResult> CreateAsync(NewBody body, HttpContext http, RowChanges changes, IPolicySource policies, TimeProvider time)
    {
        TenantPolicies holds = (await policies.CurrentAsync(http.Caller().TenantId, http.RequestAborted)).Policies;
        var given = new ChangeBody
        {
            Name = new(body.Name),
            ExternalRef = new(body.ExternalRef),
            Domain = new(body.Domain),
            Industry = new(body.Industry),
            Employees = new(body.Employees),
            Country = new(body.Country),
            Language = new(body.Language),
            TimeZone = new(body.TimeZone),
            Source = new(body.Source),
            CsmId = new(body.CsmId),
            Tags = new(body.Tags),
            Attributes = new(body.Attributes),
        };
        CustomerFields fields = Check(given);
        fields.Require(body.Plan is null || holds.Plans.Any(p => p.Key == body.Plan), "plan", $"is one of {string.Join(", ", holds.Plans.Select(p => p.Key))}");
        if (fields.Problem is { } problem) return problem;
        DateTimeOffset now = time.GetUtcNow();
        return await changes.MakeAsync(http, body, db =>
        {
            var customer = new Customer { TenantId = db.TenantId, Id = Guid.CreateVersion7(now), Name = body.Name!.Trim(), Plan = body.Plan ?? holds.Plans[0].Key, Lifecycle = body.Lifecycle ?? CustomerLifecycle.Active, Since = now };
            if (Put(db, customer, given) is { } wrong) return Changed.Refused(wrong);
            db.Customers.Add(customer);
            return Changed.Created($"/api/v1/customers/{customer.Id}", CustomerView.Of(customer), Preconditions.TagOf(customer.Revision));
        });
    }

    private static async Task<IResult> ChangeAsync(Guid id, ChangeBody body, HttpContext http, RowChanges changes)
    {
        CustomerFields fields = Check(body);
        fields.Require(!body.Lifecycle.IsGiven || body.Lifecycle.Value is not null, "lifecycle", $"is one of {QueryEnum.Names<CustomerLifecycle>()}");
        if (fields.Problem is { } problem) return problem;
        return await changes.MakeAsync(http, body, db =>
        {
            if (CustomerAccess.Find(db, id) is not { } customer) return Changed.Refused(Problems.NotFound("customer"));
            if (Preconditions.Problem(http, Preconditions.TagOf(customer.Revision)) is { } unseen) return Changed.Refused(unseen);
            if (Put(db, customer, body) is { } wrong) return Changed.Refused(wrong);
            customer.Name = body.Name.Or(customer.Name)!.Trim();
            customer.Lifecycle = body.Lifecycle.Or(customer.Lifecycle)!.Value;
            db.SaveChanges();
            return Changed.Ok(CustomerView.Of(customer), Preconditions.TagOf(customer.Revision));
        });
    }

    private static Task<IResult> DeleteAsync(Guid id, HttpContext http, RowChanges changes, TimeProvider time) => changes.MakeAsync(http, "delete", db =>
    {
        if (CustomerAccess.Find(db, id) is not { } customer) return Changed.Refused(Problems.NotFound("customer"));
        if (Preconditions.Problem(http, Preconditions.TagOf(customer.Revision)) is { } unseen) return Changed.Refused(unseen);
        if (customer.LegalHold) return Changed.Refused(CustomerAccess.OnHold());
        customer.DeletedAt = time.GetUtcNow();
        return Changed.Gone();
    });

    private static CustomerFields Check(ChangeBody body)
    {
        var fields = new CustomerFields();
        if (body.Name.IsGiven) fields.Must("name", body.Name.Value, longestName);
        fields.Line("externalRef", body.ExternalRef.Value, longestWord);
        fields.Line("domain", body.Domain.Value, longestName);
        fields.Line("industry", body.Industry.Value, longestWord);
        fields.Require(body.Employees.Value is null or >= 0, "employees", "is 0 or more");
        fields.Country("country", body.Country.Value);
        fields.Language("language", body.Language.Value);
        fields.TimeZone("timeZone", body.TimeZone.Value);
        fields.Line("source", body.Source.Value, longestWord);
        fields.Tags("tags", body.Tags.Value);
        fields.Attributes("attributes", body.Attributes.Value);
        return fields;
    }

    /// <summary>Puts in what is given besides name and lifecycle, unless it points to nothing or belongs to another account.</summary>
    private static IResult? Put(SwitchboardDb db, Customer customer, ChangeBody body)
    {
        if (body.CsmId.Value is { } csm && !db.Users.Any(u => u.Id == csm && u.Status == UserStatus.Active)) return Problems.Invalid(("csmId", "is no active member of the staff"));
        if (body.ExternalRef.Value is { } reference && db.Customers.Any(c => c.ExternalRef == reference && c.Id != customer.Id)) return Problems.Of(409, "external_ref_taken", "Another customer has it", "The externalRef belongs to another customer.");
        customer.ExternalRef = body.ExternalRef.Or(customer.ExternalRef);
        customer.Domain = body.Domain.Or(customer.Domain)?.ToLowerInvariant();
        customer.Industry = body.Industry.Or(customer.Industry);
        customer.Employees = body.Employees.Or(customer.Employees);
        customer.Country = body.Country.Or(customer.Country);
        customer.Language = body.Language.Or(customer.Language);
        customer.TimeZone = body.TimeZone.Or(customer.TimeZone);
        customer.Source = body.Source.Or(customer.Source);
        customer.CsmId = body.CsmId.Or(customer.CsmId);
        if (body.Tags.IsGiven) customer.Tags = [.. (body.Tags.Value ?? []).Select(t => t.Trim()).Distinct(StringComparer.OrdinalIgnoreCase)];
        if (body.Attributes.IsGiven) customer.Attributes = body.Attributes.Value ?? new Dictionary<string, string>(StringComparer.Ordinal);
        return null;
    }
}
