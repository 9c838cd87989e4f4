using System.Text.Json.Nodes;
using Switchboard.Core.Policies;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Tests.Policies;

public sealed class PolicyTextTests
{
    private static readonly TenantPolicies unlike = TenantPolicies.Default with
    {
        Currency = "EUR",
        Plans = [.. PlanPolicy.Defaults.Select(p => p.Key == "premium" ? p with { UnitPrice = 27.50m } : p)],
        Sla = new() { WarnAt = 0.5m },
        Dunning = new() { RetryAt = new(7, 45), HardDeclines = [] },
        Quiet = new() { ContactHours = new(8 * 60, 24 * 60) },
        Severity = new() { S3UpdateEvery = null },
        BusinessHours = new() { TimeZone = "Europe/Dublin", Holidays = [new(new(2026, 3, 17), "Lá Fhéile Pádraig: 'yes'"), new(new(2026, 12, 25), "true")] },
    };

    [Fact]
    public void What_is_written_is_read_back_in_both_forms()
    {
        foreach (TenantPolicies policies in new[] { TenantPolicies.Default, unlike })
        {
            Same(PolicyText.ReadYaml(PolicyText.WriteYaml(policies)), policies);
            Same(PolicyText.ReadJson(PolicyText.WriteJson(policies)), policies);
        }

        static void Same(PolicyReading reading, TenantPolicies policies)
        {
            reading.Problems.ShouldBeEmpty();
            PolicyText.WriteYaml(reading.Policies!).ShouldBe(PolicyText.WriteYaml(policies));
            PolicyChanges.Between(policies, reading.Policies!).ShouldBeEmpty();
        }
    }

    [Fact]
    public void The_yaml_is_what_a_person_would_write()
    {
        string yaml = PolicyText.WriteYaml(unlike);
        yaml.ShouldStartWith("currency: EUR\nplans:\n- key: free\n  unitPrice: 0\n");
        foreach (string line in new[] { "  unitPrice: 27.50\n", "  firstResponse: PT30M\n", "  retryAt: 07:45\n", "  retryAfterDays: [1, 3, 5, 7]\n", "  contactHours: 08:00-24:00\n", "  monday: ['09:00-17:00']\n", "  s3UpdateEvery: null\n", "  - date: 2026-12-25\n    name: \"true\"\n", "    name: \"Lá Fhéile Pádraig: 'yes'\"\n" })
            yaml.ShouldContain(line);
    }

    [Fact]
    public void What_a_text_leaves_out_is_as_by_default()
    {
        TenantPolicies policies = PolicyText.ReadYaml("refunds:\n  firstPaymentDays: 14\n").Policies.ShouldNotBeNull();
        PolicyChanges.Between(TenantPolicies.Default, policies).ShouldBe([new PolicyFigureChange("refunds.firstPaymentDays", "30", "14")]);
        PolicyChanges.Between(TenantPolicies.Default, PolicyText.ReadYaml("").Policies!).ShouldBeEmpty();
        PolicyChanges.Between(TenantPolicies.Default, PolicyText.ReadYaml("# nothing yet\n").Policies!).ShouldBeEmpty();
        PolicyChanges.Between(TenantPolicies.Default, PolicyText.ReadJson("{}").Policies!).ShouldBeEmpty();
    }

    [Fact]
    public void Every_faulty_field_is_named_with_its_line_and_with_what_it_must_be()
    {
        PolicyReading reading = PolicyText.ReadYaml("""
            currency: USD
            refund:
              firstPaymentDays: 30
            refunds:
              firstPaymentDays: thirty
              automaticUpTo: "100"
              surprise: 1
            sla:
              plans:
              - plan: free
                firstResponse: 1 day
                resolution: PT72H
            quiet:
              contactHours: 9-18
            identity:
              proofs: [widget, fingerprint]
            businessHours:
              holidays:
              - date: 25.12.2026
            dunning: [1, 3]
            severity:
            """);

        reading.Policies.ShouldBeNull();
        reading.Problems.Select(p => (p.Path, p.Line)).ShouldBe(
        [
            ("refund", 2), ("refunds.firstPaymentDays", 5), ("refunds.automaticUpTo", 6), ("refunds.surprise", 7), ("sla.plans[0].firstResponse", 11), ("quiet.contactHours", 14), ("identity.proofs[1]", 16),
            ("businessHours.holidays[0].date", 19), ("businessHours.holidays[0].name", 19), ("dunning", 20), ("severity", 21),
        ]);
        foreach ((string path, string message) in new[]
        {
            ("refund", "is no field of the policies; fields here are currency, plans"), ("refunds.firstPaymentDays", "must be a whole number, not \"thirty\""), ("refunds.automaticUpTo", "must be a number, not \"100\""),
            ("sla.plans[0].firstResponse", "must be a duration such as PT30M"), ("quiet.contactHours", "must be a span of a day such as 09:00-17:00"), ("identity.proofs[1]", "must be one of none, widget, email, api"),
            ("businessHours.holidays[0].name", "is missing; it must be a text"), ("dunning", "must be an object, not a list"), ("severity", "must be an object, not null"),
        })
            reading.Problems.Single(p => p.Path == path).Message.ShouldStartWith(message);
        reading.Problems[1].ToString().ShouldBe("line 5, refunds.firstPaymentDays: must be a whole number, not \"thirty\"");
    }

    [Theory]
    [InlineData("refunds:\n  approvedUpTo: 50", "refunds.approvedUpTo", 2, "must not be below automaticUpTo")]
    [InlineData("discounts:\n  ceiling: 1.5", "discounts.ceiling", 2, "must be a rate from 0 to 1")]
    [InlineData("discounts:\n  ceiling: 0.4", "discounts.programmes[0].rate", null, "must not be above the ceiling")]
    [InlineData("discounts:\n  volume:\n  - fromSeats: 50\n    rate: 0.1\n  - fromSeats: 10\n    rate: 0.2", "discounts.volume[1].fromSeats", 5, "must grow from tier to tier")]
    [InlineData("discounts:\n  concessions:\n    managerUpTo: 0.05", "discounts.concessions.managerUpTo", 3, "must not be below automaticUpTo")]
    [InlineData("dunning:\n  retryAfterDays: [3, 1]", "dunning.retryAfterDays[1]", 2, "must be later")]
    [InlineData("sla:\n  planOfOthers: gold", "sla.planOfOthers", 2, "must be one of enterprise, premium, basic, free")]
    [InlineData("sla:\n  warnAt: 0", "sla.warnAt", 2, "must be above 0")]
    [InlineData("severity:\n  s1UpdateEvery: PT0S", "severity.s1UpdateEvery", 2, "must be a duration from PT1M")]
    [InlineData("identity:\n  proofs: [none]", "identity.proofs[0]", 2, "without a proof nobody is shown anything")]
    [InlineData("privacy:\n  exportDays: 31", "privacy.exportDays", 2, "must be a whole number from 1 to 30")]
    [InlineData("privacy:\n  retention:\n  - entity: invoice\n  - entity: invoice\n    years: 1", "privacy.retention[1].entity", 4, "given twice")]
    [InlineData("escalation:\n  highFrom: 8", "escalation.urgentFrom", null, "must be above highFrom")]
    [InlineData("businessHours:\n  timeZone: Mars/Base", "businessHours.timeZone", 2, "must be the IANA name")]
    [InlineData("businessHours:\n  monday: [09:00-12:00, 11:00-13:00]", "businessHours.monday[1]", 2, "must begin after")]
    [InlineData("businessHours: {monday: [], tuesday: [], wednesday: [], thursday: [], friday: []}", "businessHours.monday", 1, "somebody has to be there")]
    [InlineData("quiet:\n  daysBetweenProactive: -1", "quiet.daysBetweenProactive", 2, "from 0 to 366")]
    [InlineData("currency: dollars", "currency", 1, "ISO 4217")]
    [InlineData("plans: []", "plans", 1, "must have at least one plan")]
    [InlineData("addOns:\n- {key: sso, name: SSO, unit: seat_month, price: 3, plans: [free]}", "addOns[0].plans[0]", 2, "must be one of basic, premium, enterprise")]
    public void A_figure_that_cannot_be_meant_is_refused(string yaml, string path, int? line, string message)
    {
        PolicyTextProblem problem = PolicyText.ReadYaml(yaml).Problems.FirstOrDefault(p => p.Path == path).ShouldNotBeNull();
        (problem.Line, problem.Message.Contains(message)).ShouldBe((line ?? problem.Line, true), problem.Message);
    }

    [Theory]
    [InlineData("a: 1\na: 2", 2)]
    [InlineData("a: &x 1\nb: *x", 1)]
    [InlineData("a: !!int 1", 1)]
    [InlineData("refunds: {}\n---\nsla: {}", 2)]
    [InlineData("refunds:\n  - [", 2)]
    [InlineData("? [a]\n: 1", 1)]
    public void What_is_no_plain_yaml_is_refused_at_its_line(string yaml, int line)
    {
        PolicyTextProblem problem = PolicyText.ReadYaml(yaml).Problems.ShouldHaveSingleItem();
        problem.Line.ShouldNotBeNull().ShouldBeInRange(line, line + 1);
        problem.Message.ShouldStartWith("is no YAML that can be read");
    }

    [Theory]
    [InlineData("- 1")]
    [InlineData("just words")]
    [InlineData("null")]
    public void A_text_that_is_no_object_is_refused(string yaml) => PolicyText.ReadYaml(yaml).Problems.ShouldHaveSingleItem().Message.ShouldStartWith("must be an object");

    [Fact]
    public void Yaml_that_is_nested_without_end_is_refused() => PolicyText.ReadYaml(new string('[', 5000)).Problems.ShouldHaveSingleItem().Message.ShouldContain("nested");

    [Fact]
    public void Json_is_held_to_the_same_rules()
    {
        PolicyText.ReadJson("{\"refunds\":{\"firstPaymentDays\":true,\"other\":1}}").Problems.Select(p => p.Path).ShouldBe(["refunds.firstPaymentDays", "refunds.other"]);
        PolicyText.ReadJson("{").Problems.ShouldHaveSingleItem().Message.ShouldContain("valid JSON");
        PolicyText.ReadJson("{\"sla\":{},\"sla\":{}}").Problems.ShouldHaveSingleItem().Message.ShouldContain("twice");
        PolicyText.ReadJson("[]").Problems.ShouldHaveSingleItem().Message.ShouldContain("object");
    }

    [Theory]
    [InlineData("refunds:\n  automaticUpTo: 1e400")]
    [InlineData("refunds:\n  automaticUpTo: 99999999999999999999999999999999999999")]
    [InlineData("refunds:\n  firstPaymentDays: 1.5")]
    [InlineData("refunds:\n  firstPaymentDays: 99999999999")]
    [InlineData("refunds:\n  originalMethodOnly: yes")]
    [InlineData("dunning:\n  retryAfterDays: [1, null]")]
    [InlineData("dunning:\n  hardDeclines: [~]")]
    [InlineData("dunning:\n  retryAt: 25:00")]
    [InlineData("sla:\n  plans: [{plan: free, firstResponse: P1M, resolution: P1Y}]")]
    [InlineData("plans:\n- key: free\n  unitPrice: 0\n  limits: null\n  supportLevel: x")]
    [InlineData("plans:\n- just words")]
    [InlineData("quiet:\n  contactHours: 18:00-09:00")]
    [InlineData("quiet:\n  contactHours: 09:00-24:01")]
    [InlineData("businessHours:\n  holidays: [{date: 2026-02-30, name: x}]")]
    public void A_value_that_no_figure_can_hold_is_a_problem_and_no_crash(string yaml) => PolicyText.ReadYaml(yaml).Problems.ShouldNotBeEmpty();

    [Fact]
    public void A_change_names_the_figure_by_its_key_and_a_new_item_moves_no_other()
    {
        TenantPolicies after = TenantPolicies.Default with
        {
            Plans = [PlanPolicy.Defaults[0], new() { Key = "starter", UnitPrice = 5, Limits = new(), SupportLevel = "community" }, .. PlanPolicy.Defaults.Skip(1).Select(p => p.Key == "premium" ? p with { UnitPrice = 30 } : p)],
            Privacy = TenantPolicies.Default.Privacy with { Retention = [.. TenantPolicies.Default.Privacy.Retention.Take(3)] },
            Discounts = TenantPolicies.Default.Discounts with { Ceiling = 0.600m },
        };
        IReadOnlyList<PolicyFigureChange> changes = PolicyChanges.Between(TenantPolicies.Default, after);

        changes.ShouldContain(new PolicyFigureChange("plans.premium.unitPrice", "25", "30"));
        changes.ShouldContain(new PolicyFigureChange("plans.starter.unitPrice", null, "5"));
        changes.ShouldContain(new PolicyFigureChange("privacy.retention.login_event.days", "180", null));
        changes.ShouldContain(new PolicyFigureChange("plans.order", "[\"free\",\"basic\",\"premium\",\"enterprise\"]", "[\"free\",\"starter\",\"basic\",\"premium\",\"enterprise\"]"));
        changes.ShouldNotContain(c => c.Path.StartsWith("plans.basic") || c.Path.StartsWith("discounts"));
    }

    [Fact]
    public void The_default_document_has_the_figures_of_every_section()
    {
        JsonObject document = JsonNode.Parse(PolicyText.WriteJson(TenantPolicies.Default))!.AsObject();
        document.Select(s => s.Key).ShouldBe(["currency", "plans", "addOns", "refunds", "discounts", "planChanges", "dunning", "sla", "severity", "identity", "staff", "privacy", "escalation", "quiet", "businessHours", "agents"]);
        TenantPolicies.Default.Problems().ShouldBeEmpty();
        document["plans"]![0]!.AsObject().Select(f => f.Key).ShouldBe(["key", "unitPrice", "limits", "supportLevel"]);
    }

    [Fact]
    public void A_decision_comes_back_from_the_journal_as_it_went()
    {
        SlaTarget target = TenantPolicies.Default.Sla.Target("premium", Priority.Urgent);
        Json.Read<SlaTarget>(Json.Write(target)).ShouldBe(target);
        Json.Write(target).ShouldContain("\"firstResponse\":\"PT1H\"");
        Proration proration = TenantPolicies.Default.PlanChanges.Upgrade(new(10, "USD"), new(25, "USD"), 8, new(new(2026, 4, 1), new(2026, 5, 1)), new(2026, 4, 13));
        Json.Write(Json.Read<Proration>(Json.Write(proration))).ShouldBe(Json.Write(proration));
        Json.Read<BillingPeriod>(Json.Write(new BillingPeriod(new(2026, 4, 1), new(2026, 5, 1)))).ShouldBe(new BillingPeriod(new(2026, 4, 1), new(2026, 5, 1)));
        Should.Throw<System.Text.Json.JsonException>(() => Json.Read<TimeSpan>("\"P1M\""));
        Should.Throw<System.Text.Json.JsonException>(() => Json.Read<TimeSpan>("\"soon\""));
    }

    [Fact]
    public void Every_scope_of_an_approval_is_a_scope()
    {
        foreach (string scope in new[] { ApprovalScopes.Refunds, ApprovalScopes.RefundsHigh, ApprovalScopes.Discounts, ApprovalScopes.DiscountsHigh, ApprovalScopes.Actions }) Scopes.All.ShouldContain(scope);
    }
}
