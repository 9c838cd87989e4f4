using Switchboard.Domain;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;

namespace Switchboard.Core.Transfer.Kinds;

/// <summary>The staff, customers and their people.</summary>
internal static class CustomerKinds
{
    public static ImportKind Users { get; } = new ImportKind<User>(v => new User
    {
        TenantId = v.TenantId,
        Id = v.Id,
        Email = v.Must("email", u => u.Email),
        Name = v.Must("name", u => u.Name),
        Role = v.Has("role") && v.Of("role", u => u.Role, Role.Support) is Role.Owner or Role.Admin && v.Of<Role?>("", u => u.Role, null) is not (Role.Owner or Role.Admin)
            ? throw new DomainRuleException("role_by_hand", "An owner or administrator is not made by a file; import another role and raise it by hand.")
            : v.Of("role", u => u.Role, Role.Support),
        // Nobody may act here because a file says so: who is imported has to be invited, unless they were here before.
        Status = v.Of("active", u => u.Status is not (UserStatus.Suspended or UserStatus.Removed), true) ? v.Of<UserStatus?>("", u => u.Status, null) ?? UserStatus.Invited : UserStatus.Suspended,
        Team = v.Maybe("team", u => u.Team),
        Skills = v.Of("skills", u => u.Skills, []),
        Languages = v.Of("languages", u => u.Languages, []),
        TimeZone = v.Maybe("timeZone", u => u.TimeZone),
        CreatedAt = v.Of("createdAt", u => u.CreatedAt, v.Now),
    })
    {
        Name = "users",
        Tables = ["employees", "staff", "agents", "team_members"],
        Scope = "write:users",
        KeyField = "email",
        KeyProperty = nameof(User.Email),
        Covers = [nameof(User.Email), nameof(User.Name), nameof(User.Role), nameof(User.Status), nameof(User.Team), nameof(User.Skills), nameof(User.Languages), nameof(User.TimeZone)],
        Fields =
        [
            Field.Email("email", "e_mail", "mail").Needed(),
            Field.Personal("name", "full_name").Needed(),
            Field.Choice<Role>("role").Words(
                ("csm", Role.Support), ("support_agent", Role.Support), ("sales_rep", Role.Support), ("agent", Role.Support), ("employee", Role.Support),
                ("support_manager", Role.Lead), ("sales_manager", Role.Lead), ("manager", Role.Lead), ("team_lead", Role.Lead), ("viewer", Role.ReadOnly), ("readonly", Role.ReadOnly)),
            Field.Boolean("active", "is_active"),
            Field.Code("team", "department"),
            new ImportField("skills", FieldType.List),
            new ImportField("languages", FieldType.List),
            Field.Text("timeZone", "timezone"),
            Field.Instant("createdAt"),
        ],
    };

    public static ImportKind Customers { get; } = new ImportKind<Customer>(v => new Customer
    {
        TenantId = v.TenantId,
        Id = v.Id,
        ExternalRef = v.ExternalRef,
        Name = v.Must("name", c => c.Name),
        Plan = v.Of("plan", c => c.Plan, "free"),
        Lifecycle = v.Of("lifecycle", c => c.Lifecycle, CustomerLifecycle.Active),
        Domain = v.Maybe("domain", c => c.Domain)?.ToLowerInvariant(),
        Industry = v.Maybe("industry", c => c.Industry),
        Employees = v.Maybe<int?>("employees", c => c.Employees),
        Country = v.Maybe("country", c => c.Country),
        Language = v.Maybe("language", c => c.Language),
        TimeZone = v.Maybe("timeZone", c => c.TimeZone),
        Source = v.Maybe("source", c => c.Source),
        CsmId = v.Maybe<Guid?>("csm", c => c.CsmId),
        Tags = v.Of("tags", c => c.Tags, []),
        Attributes = v.Of<IReadOnlyDictionary<string, string>>("attributes", c => c.Attributes, new Dictionary<string, string>(StringComparer.Ordinal)),
        Since = v.Of("since", c => c.Since, v.Now),
        ChurnedAt = v.Maybe<DateTimeOffset?>("churnedAt", c => c.ChurnedAt),
    })
    {
        Name = "customers",
        Tables = ["accounts", "companies", "organizations"],
        RefSynonyms = ["customer_id", "account_id"],
        Scope = "write:customers",
        RefProperty = nameof(Customer.ExternalRef),
        Born = ["since"],
        Covers =
        [
            nameof(Customer.ExternalRef), nameof(Customer.Name), nameof(Customer.Plan), nameof(Customer.Lifecycle), nameof(Customer.Domain), nameof(Customer.Industry),
            nameof(Customer.Employees), nameof(Customer.Country), nameof(Customer.Language), nameof(Customer.TimeZone), nameof(Customer.Source), nameof(Customer.CsmId),
            nameof(Customer.Tags), nameof(Customer.Attributes), nameof(Customer.Since), nameof(Customer.ChurnedAt),
        ],
        Derives = PersonOf,
        Fields =
        [
            Field.Text("name", "company_name", "extra_metadata.company", "metadata.company", "company", "account_name").Needed(),
            Field.Code("plan", "plan_name", "tier"),
            Field.Choice<CustomerLifecycle>("lifecycle", "lifecycle_stage", "status").Words(
                ("trialing", CustomerLifecycle.Trial), ("new", CustomerLifecycle.Onboarding), ("customer", CustomerLifecycle.Active), ("canceled", CustomerLifecycle.Churned), ("cancelled", CustomerLifecycle.Churned)),
            Field.Text("domain", "website"),
            Field.Text("industry", "extra_metadata.industry", "metadata.industry"),
            Field.Integer("employees", "employee_count", "size"),
            Field.Text("country", "country_code"),
            Field.Text("language", "locale"),
            Field.Text("timeZone", "timezone", "extra_metadata.timezone", "metadata.timezone"),
            Field.Code("source", "signup_source", "extra_metadata.signup_source", "metadata.signup_source"),
            Field.Reference("csm", "users", "csm_id", "account_manager"),
            new ImportField("tags", FieldType.List) { Synonyms = ["labels"] },
            new ImportField("attributes", FieldType.Attributes) { Synonyms = ["custom_attributes", "extra_metadata", "metadata"], Personal = true },
            Field.Instant("since", "created_at", "signed_up_at", "created"),
            Field.Instant("churnedAt"),
            Field.Email("email", "e_mail", "contact_email", "mail"),
            Field.Personal("contactName", "contact", "contact_person", "name_of_contact"),
            Field.Text("contactTitle", "extra_metadata.title", "metadata.title"),
            Field.Personal("contactPhone", "phone", "extra_metadata.phone", "metadata.phone"),
        ],
    };

    public static ImportKind Contacts { get; } = new ImportKind<Contact>(v => new Contact
    {
        TenantId = v.TenantId,
        Id = v.Id,
        ExternalRef = v.ExternalRef,
        CustomerId = v.Maybe<Guid?>("customer", c => c.CustomerId),
        Email = v.Must("email", c => c.Email),
        Name = v.Must("name", c => c.Name),
        Title = v.Maybe("title", c => c.Title),
        Phone = v.Maybe("phone", c => c.Phone),
        Role = v.Of("role", c => c.Role, ContactRole.User),
        IsPrimary = v.Of("isPrimary", c => c.IsPrimary, false),
        ChampionScore = v.Maybe<double?>("championScore", c => c.ChampionScore),
        Language = v.Maybe("language", c => c.Language),
        TimeZone = v.Maybe("timeZone", c => c.TimeZone),
    })
    {
        Name = "contacts",
        Tables = ["people", "persons", "customer_contacts"],
        RefSynonyms = ["contact_id"],
        Scope = "write:customers",
        RefProperty = nameof(Contact.ExternalRef),
        KeyField = "email",
        KeyProperty = nameof(Contact.Email),
        Covers =
        [
            nameof(Contact.ExternalRef), nameof(Contact.CustomerId), nameof(Contact.Email), nameof(Contact.Name), nameof(Contact.Title), nameof(Contact.Phone), nameof(Contact.Role),
            nameof(Contact.IsPrimary), nameof(Contact.ChampionScore), nameof(Contact.Language), nameof(Contact.TimeZone),
        ],
        Fields =
        [
            Field.Reference("customer", "customers", "customer_id", "customer_ref", "account_id", "company_id"),
            Field.Email("email", "e_mail", "mail").Needed(),
            Field.Personal("name", "full_name").Needed(),
            Field.Text("title", "job_title"),
            Field.Personal("phone", "telephone", "mobile"),
            Field.Choice<ContactRole>("role").Words(("owner", ContactRole.Admin), ("administrator", ContactRole.Admin), ("finance", ContactRole.Billing), ("developer", ContactRole.Technical), ("member", ContactRole.User)),
            Field.Boolean("isPrimary", "primary"),
            Field.Share("championScore"),
            Field.Text("language", "locale"),
            Field.Text("timeZone", "timezone"),
            // The row keeps no instant of its making; it is the time of its id.
            Field.Instant("createdAt", "created"),
        ],
    };

    public static ImportKind Segments { get; } = new ImportKind<SegmentMembership>(v => new SegmentMembership
    {
        TenantId = v.TenantId,
        Id = v.Id,
        CustomerId = v.Must<Guid?>("customer", s => s.CustomerId),
        Type = v.Must("type", s => s.Type),
        Name = v.Must("name", s => s.Name),
        Confidence = v.Of("confidence", s => s.Confidence, 1d),
        AssignedBy = v.Of("assignedBy", s => s.AssignedBy, "import"),
        AssignedAt = v.Of("assignedAt", s => s.AssignedAt, v.Now),
    })
    {
        Name = "segments",
        Tables = ["customer_segments", "segment_memberships"],
        Scope = "write:customers",
        Born = ["assignedAt"],
        Covers = [nameof(SegmentMembership.CustomerId), nameof(SegmentMembership.Type), nameof(SegmentMembership.Name), nameof(SegmentMembership.Confidence), nameof(SegmentMembership.AssignedBy), nameof(SegmentMembership.AssignedAt)],
        Fields =
        [
            Field.Reference("customer", "customers", "customer_id", "customer_ref").Needed(),
            Field.Code("type", "segment_type").Needed(),
            Field.Text("name", "segment_name", "segment").Needed(),
            Field.Share("confidence", "confidence_score"),
            Field.Text("assignedBy"),
            Field.Instant("assignedAt"),
        ],
    };

    public static ImportKind Integrations { get; } = new ImportKind<Integration>(v => new Integration
    {
        TenantId = v.TenantId,
        Id = v.Id,
        CustomerId = v.Must<Guid?>("customer", i => i.CustomerId),
        Type = v.Must("type", i => i.Type),
        Account = v.Maybe("account", i => i.Account),
        Status = v.Of("status", i => i.Status, IntegrationStatus.Active),
        IntervalMinutes = v.Maybe<int?>("intervalMinutes", i => i.IntervalMinutes),
        ErrorCount = v.Of("errorCount", i => i.ErrorCount, 0),
        LastSyncAt = v.Maybe<DateTimeOffset?>("lastSyncAt", i => i.LastSyncAt),
        ConnectedAt = v.Of("connectedAt", i => i.ConnectedAt, v.Now),
    })
    {
        Name = "integrations",
        Tables = ["customer_integrations"],
        Scope = "write:customers",
        Born = ["connectedAt"],
        Covers = [nameof(Integration.CustomerId), nameof(Integration.Type), nameof(Integration.Account), nameof(Integration.Status), nameof(Integration.IntervalMinutes), nameof(Integration.ErrorCount), nameof(Integration.LastSyncAt), nameof(Integration.ConnectedAt)],
        Fields =
        [
            Field.Reference("customer", "customers", "customer_id", "customer_ref").Needed(),
            Field.Code("type", "integration_type", "provider").Needed(),
            Field.Text("account", "workspace", "config.workspace_id", "config.account"),
            Field.Choice<IntegrationStatus>("status").Words(("connected", IntegrationStatus.Active), ("failed", IntegrationStatus.Error), ("disabled", IntegrationStatus.Disconnected)),
            Field.Integer("intervalMinutes"),
            Field.Integer("errorCount", "errors"),
            Field.Instant("lastSyncAt", "last_sync"),
            Field.Instant("connectedAt", "created_at"),
        ],
    };

    /// <summary>The person of a customer's row that names one by an e-mail address.</summary>
    private static IEnumerable<DerivedRow> PersonOf(string externalRef, IReadOnlyDictionary<string, object?> given)
    {
        if (given.GetValueOrDefault("email") is not string email) yield break;
        var person = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["customer"] = externalRef,
            ["email"] = email,
            ["name"] = given.GetValueOrDefault("contactName") ?? given.GetValueOrDefault("name") ?? email,
            ["role"] = ContactRole.Admin,
            ["isPrimary"] = true,
        };
        foreach ((string from, string to) in new[] { ("contactTitle", "title"), ("contactPhone", "phone"), ("timeZone", "timeZone"), ("language", "language"), ("since", "createdAt") })
        {
            if (given.TryGetValue(from, out object? value)) person[to] = value;
        }

        yield return new DerivedRow("contacts", externalRef, person);
    }
}
