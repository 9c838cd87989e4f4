using Switchboard.Domain.Product;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Seeding.Generator;

/// <summary>Writes a customer's conversations with all their messages, and the tickets, ratings and wishes that come of them.</summary>
internal static class SupportRows
{
    public static void Write(RowScope scope)
    {
        if (scope.People.Count == 0) return;
        SeedRandom random = scope.Random(SeedStream.Support);
        for (int i = 0; i < scope.Life.Talks.Count; i++)
        {
            TalkPlan plan = scope.Life.Talks[i];
            DateTimeOffset at = scope.Calendar.Utc(plan.Day, plan.Hour);
            List<Person> there = [.. scope.People.Where(p => p.From <= plan.Day && p.Until > plan.Day)];
            if (!scope.Inside(at) || there.Count == 0) continue;
            var talk = new TalkWriter(scope, random, plan, there[random.Weighted([3, .. Enumerable.Repeat(1.0, there.Count - 1)])], at);
            Conversation conversation = talk.Write();
            int place = i;
            TicketPlan? ticket = scope.Life.Tickets.Find(t => t.Talk == place);
            if (ticket is not null) Ticket(scope, random, ticket, plan, conversation);
            if (SeedTopics.All[plan.Topic].Intent == "product.feature_request") Wish(scope, random, conversation);
        }
    }

    private static void Ticket(RowScope scope, SeedRandom random, TicketPlan plan, TalkPlan talk, Conversation conversation)
    {
        DateTimeOffset at = conversation.CreatedAt.AddMinutes(random.Whole(2, 40));
        if (!scope.Inside(at)) return;
        SeedTopic topic = SeedTopics.All[talk.Topic];
        var links = new List<TicketLink> { new("conversation", conversation.Id.ToString()) };
        if (plan.Incident >= 0) links.Add(new TicketLink("caused_by", $"incident {plan.Incident + 1}"));
        var ticket = new Ticket
        {
            TenantId = scope.TenantId,
            Id = random.Id(at),
            CustomerId = scope.CustomerId,
            ConversationId = conversation.Id,
            Kind = plan.Kind,
            Title = conversation.Subject,
            Description = $"{topic.Intent}: {conversation.Subject}",
            Severity = plan.Severity,
            Component = topic.Component,
            AssigneeId = scope.World.Member(topic.Technical ? "technical" : "support", scope.Company.Index + plan.Day),
            Links = links,
            CreatedAt = at,
        };
        DateTimeOffset closed = at.AddDays(plan.DaysOpen);
        bool ended = closed < scope.Ends;
        ticket.MoveTo(ended ? (plan.Kind == TicketKind.Feature && random.Chance(0.4) ? TicketStatus.Rejected : TicketStatus.Done) : random.Chance(0.5) ? TicketStatus.InProgress : TicketStatus.Open, ended ? closed : at);
        scope.Batch.Add(ticket);
        scope.Tickets.Add((plan.Day, ended ? scope.Calendar.DayOf(closed) : int.MaxValue, plan.Severity is Severity.S1 or Severity.S2));
    }

    private static void Wish(RowScope scope, SeedRandom random, Conversation conversation)
    {
        DateTimeOffset at = conversation.CreatedAt;
        string wish = random.Pick(["dark_mode", "cross_project_links", "dashboards", "webhooks", "offline_mode"]);
        scope.Batch.Add(new FeatureRequest { TenantId = scope.TenantId, Id = random.Id(at), CustomerId = scope.CustomerId, Feature = wish, Weight = 1 + scope.Life.Final.Plan, ConversationId = conversation.Id, At = at });
    }
}

/// <summary>Writes one conversation: its first question, the agent's answer, and where it goes from there.</summary>
internal sealed class TalkWriter
{
    private const string answerer = "desk/knowledge-answerer", handoff = "desk/human-handoff";

    /// <summary>Minutes to the first answer of a person by plan, as the default policy promises.</summary>
    private static readonly double[] promised = [1440, 480, 120, 30];

    private readonly RowScope scope;
    private readonly SeedRandom random;
    private readonly TalkPlan plan;
    private readonly Person person;
    private readonly SeedTopic topic;
    private readonly SupportTexts texts;
    private readonly Conversation conversation;
    private readonly List<double> moods = [];
    private DateTimeOffset now;
    private int sequence;

    public TalkWriter(RowScope scope, SeedRandom random, TalkPlan plan, Person person, DateTimeOffset at)
    {
        (this.scope, this.random, this.plan, this.person) = (scope, random, plan, person);
        topic = SeedTopics.All[plan.Topic];
        string language = scope.Company.Country.Language;
        texts = SupportTexts.Of(language);
        now = at;
        conversation = new Conversation
        {
            TenantId = scope.TenantId,
            Id = random.Id(at),
            Channel = new[] { Channel.Web, Channel.Email, Channel.Api }[random.Weighted([65, 28, 7])],
            CustomerId = scope.CustomerId,
            ContactId = person.Row.Id,
            Subject = random.Pick(topic.Texts[language]),
            PrimaryIntent = topic.Intent,
            Language = language,
            CreatedAt = at,
            LastActivityAt = at,
        };
    }

    /// <summary>Writes it as far as the customer's life goes.</summary>
    public Conversation Write()
    {
        scope.Batch.Add(conversation);
        Customer(conversation.Subject, plan.Incident >= 0 ? -0.45 : topic.Technical ? -0.2 : 0, topic.Intent);
        Play();
        conversation.SentimentMean = moods.Count == 0 ? null : Math.Round(moods.Average(), 3);
        conversation.SentimentLast = moods.Count == 0 ? null : moods[^1];
        if (plan.Incident >= 0) conversation.Tags = ["incident"];
        return conversation;
    }

    private void Play()
    {
        bool asks = random.Chance(0.12);
        if (asks)
        {
            if (!Agent(texts.AskMore, ReplyStatus.NeedsInfo, null)) return;
            if (!Wait(random.Between(3, 300)) || !Customer(random.Pick(texts.More), -0.05, topic.Intent)) return;
        }

        ArticleQuote? source = scope.World.Article(topic.Article);
        bool escalates = plan.Bad || plan.Incident >= 0 || (topic.Technical && random.Chance(0.35)) || random.Chance(0.10);
        bool answered = source is not null && topic.Intent != "product.feature_request" && Agent(string.Format(System.Globalization.CultureInfo.InvariantCulture, texts.Found, $"{source.Quote} [1]"), ReplyStatus.Answered, source);
        if (source is not null && !answered && topic.Intent != "product.feature_request") return;
        if (!escalates && answered)
        {
            Solved(confirmed: random.Chance(0.62));
            return;
        }

        if (answered && (!Wait(random.Between(1, 40)) || !Customer(random.Pick(plan.Bad ? texts.Angry : texts.More), plan.Bad ? -0.55 : -0.2, topic.Intent))) return;
        if (HandOver(answered ? "customer_request" : "no_evidence")) People();
    }

    private void Solved(bool confirmed)
    {
        if (!confirmed)
        {
            if (Wait(72 * 60)) Resolve();
            return;
        }

        if (!Wait(random.Between(1, 90)) || !Customer(random.Pick(texts.Thanks), 0.6, "small_talk.thanks")) return;
        conversation.Confirm(now);
        conversation.ReadAt = now;
        Use(KbEvent.Helpful);
        Resolve();
        if (random.Chance(0.4) && Wait(random.Between(1, 200))) Rate(random.Chance(0.7) ? 5 : 4);
        Close();
    }

    private bool HandOver(string reason)
    {
        if (!Agent(texts.HandOff, ReplyStatus.HandedOff, null)) return false;
        int level = scope.Life.WeekOf(plan.Day).Plan;
        Priority priority = (level + (plan.Incident >= 0 ? 3 : topic.Technical ? 1 : 0) + (plan.Bad ? 2 : 0)) switch { >= 7 => Priority.Urgent, >= 4 => Priority.High, >= 2 => Priority.Normal, _ => Priority.Low };
        conversation.HandToHuman(priority, now);
        conversation.Team = topic.Technical ? "technical" : topic.Component == "billing" ? "billing" : "support";
        conversation.AssigneeId = scope.World.Member(conversation.Team, scope.Company.Index + plan.Day);
        scope.Batch.Add(new Handoff
        {
            TenantId = scope.TenantId,
            Id = random.Id(now),
            ConversationId = conversation.Id,
            RunId = null,
            FromAgent = answerer,
            ToTeam = conversation.Team,
            ToUserId = conversation.AssigneeId,
            Confidence = Math.Round(random.Between(0.2, 0.6), 2),
            Reason = reason,
            CaseFile = new CaseFile(person.Row.Name, person.Row.Email, conversation.Subject, 1, [], [new TriedStep(answerer, "search", reason, now)], conversation.Subject, topic.Technical ? "Look at the logs of the workspace." : "Answer from the account."),
            CreatedAt = now,
        });
        return true;
    }

    private void People()
    {
        int level = scope.Life.WeekOf(plan.Day).Plan;
        double wait = promised[level] * (plan.Bad ? random.Between(1.2, 3.5) : random.Between(0.1, 0.8));
        if (!Wait(wait) || !Human(random.Pick(plan.Bad ? texts.Sorry : texts.Human))) return;
        if (plan.Bad && (!Wait(random.Between(10, 600)) || !Customer(random.Pick(texts.Angry), -0.75, topic.Intent))) return;
        double work = promised[level] * (plan.Bad ? random.Between(2, 6) : random.Between(0.4, 2.5));
        if (!Wait(work) || !Human(random.Pick(texts.HumanDone))) return;
        if (!Wait(random.Between(10, 900))) return;
        if (!plan.Bad && random.Chance(0.7))
        {
            if (!Customer(random.Pick(texts.Thanks), 0.55, "small_talk.thanks")) return;
            conversation.Confirm(now);
        }

        Resolve();
        if (random.Chance(plan.Bad ? 0.5 : 0.35) && Wait(random.Between(2, 400))) Rate(plan.Bad ? random.Whole(1, 2) : random.Weighted([0, 0, 0.1, 0.4, 0.5]) + 1);
        if (plan.Bad && random.Chance(0.3) && Wait(random.Between(600, 6000)))
        {
            if (!Customer(random.Pick(texts.Again), -0.6, topic.Intent) || !Wait(random.Between(30, 900)) || !Human(random.Pick(texts.HumanDone)) || !Wait(120)) return;
            Resolve();
        }

        Close();
    }

    private bool Wait(double minutes)
    {
        DateTimeOffset then = now.AddTicks((long)(minutes * TimeSpan.MicrosecondsPerMinute) * TimeSpan.TicksPerMicrosecond);
        if (!scope.Inside(then)) return false;
        now = then;
        return true;
    }

    private bool Customer(string text, double mood, string intent)
    {
        double felt = Math.Round(Math.Clamp(mood + random.Between(-0.15, 0.15), -1, 1), 2);
        moods.Add(felt);
        if (sequence > 0) conversation.CustomerWrote(now);
        Add(MessageAuthor.Customer, text, null, null, null, [], intent, felt);
        return true;
    }

    private bool Agent(string text, ReplyStatus status, ArticleQuote? source)
    {
        if (!Wait(random.Between(0.05, 0.4))) return false;
        string agent = status == ReplyStatus.HandedOff ? handoff : answerer;
        if (!conversation.AgentsInvolved.Contains(agent, StringComparer.Ordinal)) conversation.AgentsInvolved = [.. conversation.AgentsInvolved, agent];
        if (status == ReplyStatus.NeedsInfo) conversation.AgentAsked(now);
        else conversation.AgentReplied(confident: source is not null, cited: source is not null, now);
        IReadOnlyList<Citation> citations = source is null ? [] : [new Citation(1, source.Article.Id, source.Article.ExternalId, source.Article.Version, source.Article.Title, source.Url, source.Article.Title, source.Quote, source.Start, source.Start + source.Quote.Length)];
        Add(MessageAuthor.Agent, text, agent, status, Math.Round(source is null ? random.Between(0.3, 0.6) : random.Between(0.6, 0.95), 2), citations, null, null);
        if (source is not null) Use(KbEvent.Cited);
        return true;
    }

    private bool Human(string text)
    {
        conversation.HumanReplied(now);
        Add(MessageAuthor.Human, text, null, null, null, [], null, null);
        return true;
    }

    private void Add(MessageAuthor author, string text, string? agent, ReplyStatus? status, double? confidence, IReadOnlyList<Citation> citations, string? intent, double? mood) => scope.Batch.Add(new Message
    {
        TenantId = scope.TenantId,
        Id = random.Id(now),
        ConversationId = conversation.Id,
        Sequence = ++sequence,
        Author = author,
        AgentId = agent,
        Text = text,
        Citations = citations,
        Status = status,
        Confidence = confidence,
        Intent = intent,
        Sentiment = mood,
        RunId = null,
        CreatedAt = now,
    });

    private void Resolve() => conversation.Resolve(now);

    private void Rate(int score)
    {
        conversation.Rate(score, now);
        string? comment = random.Chance(0.35) ? random.Pick(score >= 4 ? texts.Praise : texts.Blame) : null;
        scope.Batch.Add(new CsatRating { TenantId = scope.TenantId, Id = random.Id(now), CustomerId = scope.CustomerId, ConversationId = conversation.Id, Score = score, Comment = comment, At = now });
        scope.Ratings.Add((scope.Calendar.DayOf(now), score));
    }

    private void Close()
    {
        if (Wait(7 * 24 * 60)) conversation.Close(now);
    }

    private void Use(KbEvent what)
    {
        if (scope.World.Article(topic.Article) is not { } source) return;
        scope.Batch.Add(new KbUse { TenantId = scope.TenantId, Id = random.Id(now), ArticleId = source.Article.Id, ConversationId = conversation.Id, Event = what, At = now });
    }
}
