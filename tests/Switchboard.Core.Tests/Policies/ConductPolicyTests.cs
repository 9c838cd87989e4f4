using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Tests.Policies;

public sealed class ConductPolicyTests
{
    private static readonly TenantPolicies policies = TenantPolicies.Default;
    private static readonly TimeZoneInfo berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    private static readonly DateTimeOffset morning = Berlin("2026-03-27T10:00");
    private static readonly OutreachFacts willing = new() { MarketingConsent = true };

    [Fact]
    public void Severity_follows_from_what_fails_for_whom_and_whether_there_is_a_way_round()
    {
        Of(new(Outage: true, ForMany: true)).ShouldBe(Severity.S1);
        Of(new(DataLoss: true, ForMany: true, WayRound: true)).ShouldBe(Severity.S1);
        Of(new(Outage: true)).ShouldBe(Severity.S2);
        Of(new(MainFeatureDown: true, ForMany: true)).ShouldBe(Severity.S2);
        Of(new(MainFeatureDown: true, WayRound: true)).ShouldBe(Severity.S3);
        Of(new(Degraded: true, WayRound: true, ForMany: true)).ShouldBe(Severity.S3);
        Of(new(ForMany: true)).ShouldBe(Severity.S4);

        static Severity Of(FaultFacts fault) => policies.Severity.Classify(fault).Severity;
    }

    [Theory]
    [InlineData(Severity.S1, 30)]
    [InlineData(Severity.S2, 60)]
    [InlineData(Severity.S3, 1440)]
    [InlineData(Severity.S4, null)]
    public void The_worse_the_incident_the_oftener_customers_hear_of_it(Severity severity, int? minutes) =>
        policies.Severity.NextUpdate(severity, morning).ShouldBe(minutes is { } m ? morning.AddMinutes(m) : null);

    [Theory]
    [InlineData(ActKind.OwnData, Proof.None, ContactRole.Admin, true, false, false, "identity.proof")]
    [InlineData(ActKind.OwnData, Proof.Widget, ContactRole.User, false, true, false, "identity.own_data")]
    [InlineData(ActKind.Billing, Proof.Email, ContactRole.Billing, false, true, false, "identity.billing")]
    [InlineData(ActKind.Billing, Proof.Api, ContactRole.Technical, true, false, false, "identity.billing")]
    [InlineData(ActKind.Ownership, Proof.Email, ContactRole.Admin, false, false, true, "identity.ownership")]
    [InlineData(ActKind.Ownership, Proof.Email, ContactRole.Admin, true, true, false, "identity.ownership")]
    [InlineData(ActKind.Ownership, Proof.Email, ContactRole.Billing, true, false, false, "identity.ownership")]
    public void Proof_role_and_code_say_what_a_contact_may_ask_for(ActKind kind, Proof proof, ContactRole role, bool code, bool allowed, bool codeNeeded, string rule)
    {
        IdentityDecision decision = policies.Identity.Decide(kind, proof, role, code);
        (decision.Allowed, decision.CodeNeeded, decision.Clause.Rule).ShouldBe((allowed, codeNeeded, rule));
    }

    [Theory]
    [InlineData("invoice", "2026-02-28", "2036-02-28", RetentionAction.Delete)]
    [InlineData("audit_entry", "2024-02-29", "2026-02-28", RetentionAction.Delete)]
    [InlineData("conversation", "2026-01-01", "2028-01-01", RetentionAction.Anonymise)]
    [InlineData("login_event", "2026-01-01", "2026-06-30", RetentionAction.Delete)]
    public void Rows_are_kept_as_long_as_their_kind(string entity, string from, string until, RetentionAction action)
    {
        RetentionDecision decision = policies.Privacy.Keep(entity, DateOnly.Parse(from)).ShouldNotBeNull();
        (decision.Until, decision.Action, decision.Clause.Rule).ShouldBe((DateOnly.Parse(until), action, $"privacy.retention.{entity}"));
    }

    [Fact]
    public void Wishes_about_data_have_their_days_and_no_class_reaches_a_model_unless_it_is_named()
    {
        policies.Privacy.Export(new(2026, 3, 1)).Due.ShouldBe(new DateOnly(2026, 3, 31));
        PrivacyDue deletion = policies.Privacy.Deletion(new(2026, 3, 1));
        (deletion.GraceEnds, deletion.Due).ShouldBe((new DateOnly(2026, 3, 8), new DateOnly(2026, 4, 7)));
        policies.Privacy.MayReachModel("email").ShouldBeFalse();
        (policies.Privacy with { ModelMayReceive = ["email"] }).MayReachModel("email").ShouldBeTrue();
        policies.Privacy.Keep("project", new(2026, 1, 1)).ShouldBeNull();
    }

    [Fact]
    public void Every_trigger_fires_by_itself_and_none_without_cause()
    {
        EscalationFacts calm = new()
        {
            AsksForHuman = false,
            LegalThreat = false,
            Press = false,
            SecurityIncident = false,
            SelfHarm = false,
            Threat = false,
            Sentiments = [0.1m, -0.59m, -0.4m],
            SameQuestion = 2,
            Incident = new("enterprise", Severity.S3),
            Confidences = [0.54m, 0.55m],
            ApprovalRefused = false,
            InsistsOnForbidden = false,
        };
        // It fell by 0.69, from 0.1 to −0.59, and is at −0.4 now: a fall of exactly 0.5.
        Codes(calm).ShouldBe(["sentiment_drop"]);
        calm = calm with { Sentiments = [0.09m, -0.59m, -0.4m] };
        Codes(calm).ShouldBeEmpty();

        Codes(calm with { AsksForHuman = true }).ShouldBe(["customer_request"]);
        Codes(calm with { LegalThreat = true }).ShouldBe(["legal_threat"]);
        Codes(calm with { Press = true }).ShouldBe(["press"]);
        Codes(calm with { SecurityIncident = true }).ShouldBe(["security_incident"]);
        Codes(calm with { SelfHarm = true }).ShouldBe(["self_harm"]);
        Codes(calm with { Threat = true }).ShouldBe(["threat"]);
        Codes(calm with { Sentiments = [-0.62m, -0.65m] }).ShouldBe(["negative_sentiment"]);
        Codes(calm with { Sentiments = [-0.62m] }).ShouldBeEmpty();
        Codes(calm with { Sentiments = [-0.62m, -0.59m, -0.62m] }).ShouldBeEmpty();
        Codes(calm with { Sentiments = [0.4m, -0.2m] }).ShouldBe(["sentiment_drop"]);
        Codes(calm with { Sentiments = [0.9m, 0.1m] }).ShouldBeEmpty();
        Codes(calm with { SameQuestion = 3 }).ShouldBe(["repeated_question"]);
        Codes(calm with { Incident = new("enterprise", Severity.S2) }).ShouldBe(["enterprise_incident"]);
        Codes(calm with { Incident = new("premium", Severity.S1) }).ShouldBeEmpty();
        Codes(calm with { Incident = new("enterprise", null) }).ShouldBeEmpty();
        Codes(calm with { Confidences = [0.9m, 0.54m, 0.5m] }).ShouldBe(["low_confidence"]);
        Codes(calm with { ApprovalRefused = true }).ShouldBe(["approval_refused"]);
        Codes(calm with { InsistsOnForbidden = true }).ShouldBe(["policy_dispute"]);

        static string[] Codes(EscalationFacts facts)
        {
            EscalationDecision decision = policies.Escalation.Decide(facts);
            decision.NotEvaluated.ShouldBeEmpty();
            decision.Needed.ShouldBe(decision.Reasons.Count > 0);
            return [.. decision.Reasons.Select(r => r.Code)];
        }
    }

    [Fact]
    public void A_trigger_whose_facts_are_not_known_is_named_and_a_page_goes_out_whatever_the_priority()
    {
        EscalationDecision nothing = policies.Escalation.Decide(new EscalationFacts());
        (nothing.Needed, nothing.NotEvaluated.Count, nothing.Page).ShouldBe((false, 13, false));
        policies.Escalation.Decide(new EscalationFacts { SelfHarm = true }).Page.ShouldBeTrue();
        policies.Escalation.Decide(new EscalationFacts { AsksForHuman = true }).Page.ShouldBeFalse();
    }

    [Theory]
    [InlineData("enterprise", 2, "-0.7", "18000", 8, Priority.Urgent)]
    [InlineData("free", 0, "-0.65", "0", 2, Priority.Normal)]
    [InlineData("basic", 1, "-0.2", "960", 2, Priority.Normal)]
    [InlineData("premium", 2, "-0.5", "10000", 4, Priority.High)]
    [InlineData("premium", 3, "-0.51", "9000", 7, Priority.Urgent)]
    [InlineData("basic", 0, null, null, 1, Priority.Low)]
    [InlineData(null, 0, null, null, 0, Priority.Low)]
    public void Points_make_the_priority(string? plan, int urgency, string? sentiment, string? arr, int points, Priority priority)
    {
        PriorityDecision decision = policies.Prioritise(new PriorityFacts(plan, urgency, sentiment is null ? null : decimal.Parse(sentiment), arr is null ? null : decimal.Parse(arr)));
        (decision.Points, decision.Priority).ShouldBe((points, priority));
    }

    [Fact]
    public void Nothing_is_sold_to_whom_it_must_not_be_and_no_waiting_changes_that()
    {
        Held(OutreachKind.Sales, new(), morning).ShouldBe((false, null, "quiet.consent"));
        Held(OutreachKind.Sales, willing with { OpenIncident = true }, morning).ShouldBe((false, null, "quiet.incident"));
        Held(OutreachKind.Sales, willing with { InDispute = true }, morning).ShouldBe((false, null, "quiet.dispute"));
        Held(OutreachKind.Sales, willing, morning).ShouldBe((true, morning, "quiet.free"));
        Held(OutreachKind.Proactive, new() { OpenIncident = true, InDispute = true }, morning).ShouldBe((true, morning, "quiet.free"));
        Held(OutreachKind.Service, new() { OpenIncident = true, LastProactive = morning }, Berlin("2026-03-27T03:00")).ShouldBe((true, Berlin("2026-03-27T03:00"), "quiet.service"));
    }

    [Fact]
    public void A_complaint_a_message_of_the_week_and_the_hours_say_when_it_may_go_out()
    {
        Held(OutreachKind.Sales, willing with { LastComplaint = morning.AddDays(-13) }, morning).ShouldBe((false, Berlin("2026-03-28T10:00"), "quiet.complaint"));
        Held(OutreachKind.Sales, willing with { LastComplaint = morning.AddDays(-14) }, morning).Item1.ShouldBeTrue();
        Held(OutreachKind.Proactive, willing with { LastComplaint = morning }, morning).Item1.ShouldBeTrue();
        // A week later the clocks have changed, and a week is seven times twenty-four hours.
        Held(OutreachKind.Proactive, willing with { LastProactive = morning.AddDays(-1) }, morning).ShouldBe((false, Berlin("2026-04-02T11:00"), "quiet.weekly"));
        Held(OutreachKind.Proactive, willing, Berlin("2026-03-28T18:00")).ShouldBe((false, Berlin("2026-03-29T09:00"), "quiet.hours"));
        Held(OutreachKind.Proactive, willing, Berlin("2026-03-28T17:59")).Item1.ShouldBeTrue();
        Held(OutreachKind.Proactive, willing, Berlin("2026-03-28T08:59")).ShouldBe((false, Berlin("2026-03-28T09:00"), "quiet.hours"));
        DayHours.TryParse("13:00-14:00", out DayHours early).ShouldBeTrue();
        Held(OutreachKind.Proactive, willing with { ContactHours = early }, morning).ShouldBe((false, Berlin("2026-03-27T13:00"), "quiet.hours"));
        // The end of the complaint's days lies in the night: the next morning.
        Held(OutreachKind.Sales, willing with { LastComplaint = Berlin("2026-03-15T22:00") }, morning).ShouldBe((false, Berlin("2026-03-30T09:00"), "quiet.complaint"));
    }

    private static (bool, DateTimeOffset?, string) Held(OutreachKind kind, OutreachFacts facts, DateTimeOffset now)
    {
        QuietDecision decision = policies.Quiet.Decide(kind, facts, berlin, now);
        return (decision.Allowed, decision.SendAt, decision.Clauses[0].Rule);
    }

    private static DateTimeOffset Berlin(string text) => BusinessCalendarTests.Local(berlin, text);
}
