using Switchboard.Core.Knowledge;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Seeding.Generator;

/// <summary>An incident that will happen.</summary>
/// <param name="Place">Its place among the incidents.</param>
/// <param name="StartsAt">When it begins.</param>
/// <param name="Day">The day it begins on.</param>
/// <param name="Hours">How long customers feel it.</param>
/// <param name="Component">The part of the product.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Share">The share of the customers that feel it, 0..1.</param>
internal sealed record IncidentPlan(int Place, DateTimeOffset StartsAt, int Day, double Hours, string Component, Severity Severity, double Share);

/// <summary>A feature of the product: its key, its name, the place of its plan, its part of the product, and the id its article has in the help centre.</summary>
internal sealed record FeaturePlan(string Key, string Name, int Plan, string Area, string Article);

/// <summary>An article and a sentence of it that can be cited.</summary>
internal sealed record ArticleQuote(KbArticle Article, string Url, string Quote, int Start);

/// <summary>What all customers share: the company, its staff, its product, what breaks, and when prices rise. It follows from the request and the tenant alone.</summary>
internal sealed class SeedWorld
{
    /// <summary>What the company decides by: what every tenant begins with.</summary>
    public static readonly TenantPolicies Policies = TenantPolicies.Default;

    /// <summary>The keys of the plans, the lowest first.</summary>
    public static readonly string[] Plans = [.. Policies.Plans.Select(p => p.Key)];

    public static readonly string[] Components = ["web", "api", "integrations", "automations", "sign-in"];

    /// <summary>List prices of a seat and month by plan: nine tenths in whole units before the rise, and after it those of the policies.</summary>
    private static readonly decimal[] newPrices = [.. Policies.Plans.Select(p => p.UnitPrice)], oldPrices = [.. newPrices.Select(p => Math.Floor(p * 0.9m))];

    private readonly Dictionary<string, ArticleQuote> articles;
    private readonly Dictionary<string, Guid[]> teams;
    private readonly TimeZoneInfo? zone;

    /// <summary>Makes the world of a tenant.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="published">Its published articles, which the conversations cite.</param>
    public SeedWorld(SeedRequest request, Tenant tenant, IEnumerable<KbArticle> published)
    {
        Request = request;
        Tenant = tenant;
        zone = TimeZoneInfo.TryFindSystemTimeZoneById(tenant.TimeZone, out TimeZoneInfo? known) ? known : null;
        Calendar = new SeedCalendar(request);
        PriceRiseDay = Calendar.Days * 6 / 10;
        articles = published.Where(a => a.ExternalId is not null).OrderBy(a => a.ExternalId, StringComparer.Ordinal).Select(Quotable).OfType<ArticleQuote>().ToDictionary(q => q.Article.ExternalId!, StringComparer.Ordinal);
        SeedRandom random = SeedRandom.For(request.Seed, SeedStream.World, 0);
        Staff = MakeStaff(random);
        teams = Staff.GroupBy(u => u.Team!, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Select(u => u.Id).ToArray(), StringComparer.Ordinal);
        Incidents = MakeIncidents(random);
        Competitors = [.. new[] { "Taskwright", "Boardhaven", "Plannery", "Flowstead", "Kanbrio", "Meridian Desk" }.Select(name => (random.Id(Calendar.Utc(0)), name))];
        Experiment = new SeedExperiment(random.Id(Calendar.Utc(Calendar.Days / 4)), Calendar.Days / 4, (Calendar.Days / 4) + 90);
    }

    public SeedRequest Request { get; }

    public Tenant Tenant { get; }

    public SeedCalendar Calendar { get; }

    /// <summary>From this day on new periods are billed at the new prices.</summary>
    public int PriceRiseDay { get; }

    public IReadOnlyList<User> Staff { get; }

    public IReadOnlyList<IncidentPlan> Incidents { get; }

    public IReadOnlyList<(Guid Id, string Name)> Competitors { get; }

    public SeedExperiment Experiment { get; }

    public static IReadOnlyList<FeaturePlan> Features { get; } =
    [
        new("tasks", "Tasks", 0, "work", "lk-0201"), new("boards", "Boards", 0, "work", "lk-0206"), new("comments", "Comments and mentions", 0, "work", "lk-0205"), new("search", "Search and filters", 0, "work", "lk-0204"),
        new("mobile_app", "Mobile app", 0, "apps", "lk-0104"), new("files", "File attachments", 0, "work", "lk-0207"), new("csv_import", "Import from CSV", 0, "data", "lk-0901"), new("export", "Export", 0, "data", "lk-0903"),
        new("templates", "Templates", 0, "work", "lk-0103"), new("recurring_tasks", "Recurring tasks", 1, "work", "lk-0202"), new("timeline", "Timeline", 1, "planning", "lk-0203"), new("automations", "Automations", 1, "automation", "lk-1001"),
        new("api", "API", 1, "platform", "lk-0801"), new("slack", "Slack integration", 1, "integrations", "lk-0701"), new("calendar", "Google Calendar integration", 1, "integrations", "lk-0702"), new("github", "GitHub integration", 1, "integrations", "lk-0703"),
        new("guests", "Guests", 1, "team", "lk-0305"), new("dashboards", "Dashboards", 2, "reporting", "lk-1101"), new("scheduled_reports", "Scheduled reports", 2, "reporting", "lk-1102"), new("webhooks", "Webhooks", 2, "platform", "lk-0804"),
        new("salesforce", "Salesforce integration", 2, "integrations", "lk-0704"), new("sso", "Single sign-on", 3, "security", "lk-0601"), new("audit_log", "Audit log", 3, "security", "lk-0603"), new("oauth_apps", "OAuth apps", 3, "platform", "lk-0806"),
    ];

    /// <summary>How many features a plan has, those of the plans below it counted.</summary>
    public static IReadOnlyList<int> FeaturesOf { get; } = [.. Enumerable.Range(0, 4).Select(plan => Features.Count(f => f.Plan <= plan))];

    /// <summary>The most seats a plan can have.</summary>
    public static int MostSeats(int plan) => Policies.Plans[plan].Limits.Seats ?? int.MaxValue;

    /// <summary>The list price of a seat and month on a day; cheaper by the policies when a year is paid.</summary>
    public decimal Price(int plan, int day, bool annual) => (day < PriceRiseDay ? oldPrices : newPrices)[plan] * (annual ? 1 - Policies.Discounts.AnnualReduction : 1);

    /// <summary>The tenant's calendar day at an instant.</summary>
    public DateOnly TenantDay(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime + (zone?.GetUtcOffset(at) ?? TimeSpan.Zero));

    /// <summary>The article that has the id where it was imported from; null when the tenant has none or it holds no sentence to cite.</summary>
    public ArticleQuote? Article(string externalId) => articles.GetValueOrDefault(externalId);

    /// <summary>A member of a team.</summary>
    public Guid Member(string team, int which)
    {
        Guid[] members = teams[team];
        return members[which % members.Length];
    }

    /// <summary>Whether a customer belongs to those that an incident hits. It depends on nothing but the two.</summary>
    public bool Hits(IncidentPlan incident, int customer) =>
        incident.Share >= 1 || SeedRandom.For(Request.Seed + incident.Place + 1, SeedStream.World, customer).Unit() < incident.Share;

    private User[] MakeStaff(SeedRandom random)
    {
        (string Team, int Count, Role Role)[] sizes = [("support", 5, Role.Support), ("technical", 2, Role.Support), ("billing", 2, Role.Support), ("success", 4, Role.Support), ("sales", 4, Role.Support), ("management", 1, Role.Lead)];
        var staff = new List<User>();
        foreach ((string team, int count, Role role) in sizes)
        {
            for (int i = 0; i < count; i++)
            {
                string language = i % 3 == 1 ? "de" : "en";
                (string given, string family) = SeedWords.Person(random, language);
                DateTimeOffset at = Calendar.Utc(0, 8);
                staff.Add(new User
                {
                    TenantId = Tenant.Id,
                    Id = random.Id(at),
                    Email = $"{SeedWords.Plain(given)}.{SeedWords.Plain(family)}{staff.Count + 1}@{Tenant.Slug}.example",
                    Name = $"{given} {family}",
                    Role = role,
                    Team = team,
                    Skills = [team],
                    Languages = language == "en" ? ["en"] : ["en", language],
                    Capacity = 8 + (i * 2),
                    IsVerified = true,
                    MfaEnabled = true,
                    CreatedAt = at,
                });
            }
        }

        return [.. staff];
    }

    private List<IncidentPlan> MakeIncidents(SeedRandom random)
    {
        var incidents = new List<IncidentPlan>();
        for (int day = random.Whole(10, 40); day < Calendar.Days - 3; day += random.Whole(18, 50))
        {
            Severity severity = new[] { Severity.S1, Severity.S2, Severity.S3 }[random.Weighted([15, 35, 50])];
            double hours = severity switch { Severity.S1 => random.Between(1, 6), Severity.S2 => random.Between(2, 12), _ => random.Between(4, 30) };
            double share = severity switch { Severity.S1 => 1, Severity.S2 => 0.15, _ => 0.05 };
            incidents.Add(new IncidentPlan(incidents.Count, Calendar.Utc(day, random.Between(7, 17)), day, hours, severity == Severity.S1 ? "web" : random.Pick(Components), severity, share));
        }

        return incidents;
    }

    /// <summary>The first whole line of prose of an article: what a citation can quote to the letter.</summary>
    private ArticleQuote? Quotable(KbArticle article)
    {
        int start = 0;
        foreach (string line in article.Body.Split('\n'))
        {
            string text = line.TrimEnd('\r');
            int end = text.IndexOf(". ", StringComparison.Ordinal) is > 0 and var at ? at + 1 : text.Length;
            if (end >= 30 && char.IsLetter(text[0]) && !text[..end].Contains('[', StringComparison.Ordinal)) return new ArticleQuote(article, KnowledgeBase.UrlOf(Tenant.Slug, article.Id), text[..end], start);
            start += line.Length + 1;
        }

        return null;
    }
}

/// <summary>The experiment whose truth is known: a checklist in the first days raises the share of trials that become paid by <see cref="TrueEffect"/>.</summary>
/// <param name="Id">Its row.</param>
/// <param name="From">The first day on which new customers are put into it.</param>
/// <param name="Until">The day after the last one.</param>
internal sealed record SeedExperiment(Guid Id, int From, int Until)
{
    /// <summary>What variant B adds to the probability that a trial becomes paid.</summary>
    public const double TrueEffect = 0.12;
}
