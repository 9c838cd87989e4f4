using Switchboard.Agents.Desk;
using Switchboard.Core.Agents;
using Switchboard.Core.Conversations;
using Switchboard.Core.Desk;
using Switchboard.Core.Routing;
using Switchboard.Core.Runs;
using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Domain.Support;
using Clause = Switchboard.Core.Understanding.Intents.Clause;

namespace Switchboard.Core.Tests.Routing;

/// <summary>The way of a turn as the pipeline takes it: the routing of the turn decides where it begins, and the journey where it goes on.</summary>
public sealed class TurnJourneyTests
{
    private const int most = 4;
    private static readonly DateTimeOffset now = new(2026, 11, 26, 10, 0, 0, TimeSpan.Zero);
    private static readonly Catalogue desk = Catalogue.FromAssembly(typeof(KnowledgeAnswerer).Assembly);
    private static readonly TurnRouting routing = new(desk, new Router(desk, new DeskPolicy()));
    private static readonly string[] leaves = [.. desk.Specialists.Select(c => c.Id), "technical/not-there", "sales/not-there", "success/not-there"];
    private static readonly string[] texts = ["1", "the second one", "no", "cancel it and refund us", "how do I do that?", "we are down for everyone", "hm", "I want to buy 20 seats"];
    private static readonly string[] metas = ["meta.yes", "meta.no", "meta.thanks", "meta.human", "slot_answer"];
    private static readonly string?[] reasons = [null, "no_evidence", "policy_forbids", "customer_declined", .. Takeover.Reasons.Keys];
    private static readonly EscalationVerdict calm = Verdict(), alarm = Verdict("legal_threat"), dispute = Verdict("policy_dispute");

    [Fact]
    public async Task A_hundred_thousand_random_turns_pass_through_no_agent_twice_and_four_at_most_and_end_with_words_unless_a_person_owns_the_talk()
    {
        var random = new Random(20261126);
        var kinds = new Dictionary<RouteKind, int>();
        var hops = new int[most + 1];
        for (int turn = 0; turn < 100_000; turn++)
        {
            TurnSeen seen = Seen(random);
            (RouteDecision route, TurnPath path, IReadOnlyList<string> planned) = routing.Route(seen);
            kinds[route.Kind] = kinds.GetValueOrDefault(route.Kind) + 1;
            if (route.AgentId is not { } opening)
            {
                (route.Kind, seen.Input.Owner, planned.Count).ShouldBe((RouteKind.None, ConversationOwner.Human, 0), "nobody speaks only where a person owns the conversation");
                continue;
            }

            seen.Input.Owner.ShouldNotBe(ConversationOwner.Human);
            var journey = new TurnJourney(opening, planned, path.Plan?.Runs, random.Next(2) == 0, most);
            var spoke = new List<string>();
            string? words = null;
            bool asked = false, handsOver = false;
            await journey.WalkAsync(Part, last => Task.FromResult(Takeover.Of(last, random.Next(10) == 0, random.Next(5) == 0 ? dispute : null)), HandOver);
            // The guards stand behind all that was said.
            if (random.Next(5) == 0) await HandOver(new Takeover("guard_block", "a check"));

            spoke.ShouldBe(journey.Visited);
            spoke.Count.ShouldBeLessThanOrEqualTo(most);
            spoke.Distinct(StringComparer.Ordinal).Count().ShouldBe(spoke.Count);
            spoke[0].ShouldBe(opening);
            words.ShouldNotBeNull("a turn that is not a person's ends with words");
            if (handsOver) spoke[^1].ShouldBe(DeskAgents.HumanHandoff, "whoever must give it to people does, however long the way was");
            hops[spoke.Count]++;

            Task<PartEnded> Part(string agent)
            {
                asked.ShouldBeFalse("a turn asks one question at most");
                spoke.Add(agent);
                // Behind the first come wishes that were left before.
                if (spoke.Count == 1 && random.Next(4) == 0) journey.Also([.. Enumerable.Range(0, random.Next(5)).Select(_ => leaves[random.Next(leaves.Length)])]);
                var status = (ReplyStatus)random.Next(Enum.GetValues<ReplyStatus>().Length);
                // People are given it in words of the desk's own; any other agent may break off without a word.
                string? reason = agent == DeskAgents.HumanHandoff ? null : reasons[random.Next(reasons.Length)];
                var ended = new PartEnded(status, reason, status == ReplyStatus.HandedOff);
                if (!ended.BreaksOff) words = agent;
                asked = ended.Asks;
                return Task.FromResult(ended);
            }

            Task HandOver(Takeover takeover)
            {
                handsOver = true;
                if (journey.ToPeople() is not { } people) return Task.CompletedTask;
                spoke.Add(people);
                words = people;
                return Task.CompletedTask;
            }
        }

        kinds.Keys.ShouldBe(Enum.GetValues<RouteKind>(), ignoreOrder: true);
        hops[1..].ShouldAllBe(n => n > 0);
        TestContext.Current.TestOutputHelper?.WriteLine($"{string.Join(", ", kinds.Select(k => $"{k.Key} {k.Value}"))}; hops {string.Join(", ", hops[1..])}");
    }

    [Fact]
    public async Task One_place_is_kept_for_people()
    {
        var journey = new TurnJourney("a/a", ["a/a", "b/b", "c/c", "d/d"], null, waitsForPeople: true, most);
        var spoke = new List<string>();

        await journey.WalkAsync(
            agent =>
            {
                spoke.Add(agent);
                return Task.FromResult(new PartEnded(ReplyStatus.Answered));
            },
            _ => Task.FromResult<Takeover?>(new Takeover("low_confidence", "unsure")),
            _ =>
            {
                spoke.Add(journey.ToPeople()!);
                return Task.CompletedTask;
            });

        spoke.ShouldBe(["a/a", "b/b", "c/c", DeskAgents.HumanHandoff]);
        journey.ToPeople().ShouldBeNull();
        journey.Left.ShouldBe(["d/d"]);
    }

    private static EscalationVerdict Verdict(params string[] codes) =>
        new() { Needed = codes.Length > 0, Reasons = [.. codes.Select(c => new Reason(c, "said so"))], Priority = Priority.Normal, Points = 0, Team = "support", Page = false, Watch = false, NotEvaluated = [] };

    /// <summary>A turn of which anything may be wrong: agents that are not there, that are disabled, that were asked about; wishes that contradict each other; dialogues of whoever.</summary>
    private static TurnSeen Seen(Random random)
    {
        T Of<T>(IReadOnlyList<T> all) => all[random.Next(all.Count)];
        bool One(int of) => random.Next(of) == 0;
        string leaf = Of(leaves);
        ReadIntent Read()
        {
            string label = One(6) ? Of(metas) : Of(leaves);
            string domain = LeafPlaces.DomainOf(label) ?? "meta";
            double p = random.NextDouble();
            return new ReadIntent(One(5) ? null : label, $"{domain}.{LeafPlaces.CategoryOf(label)}", domain, (IntentAction)random.Next(5), p, p, p, new Clause(0, 1));
        }

        Intent Matched(string agent) => new(agent == DeskAgents.SmallTalk ? Of((string[])["yes", "no", "thanks", "greeting"]) : "wish", agent, 0.7 + (0.3 * random.NextDouble()), "said before", One(3));
        Intent[] matched = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Matched(Of(leaves)))];
        OpenDialogue? open = One(3) ? new OpenDialogue(Guid.Empty, 1, new DialogueInput(Of(leaves), "asked", "it", 1, now), [Journal.EntryOf(One(2) ? "ask:payment" : "confirm:refund.issue", "?")]) : null;
        return new TurnSeen
        {
            Input = new RouteInput(new Understood("en", matched, [], null), One(12) ? ConversationOwner.Human : ConversationOwner.Bot, open, One(3) ? null : random.NextDouble(), One(2))
            {
                Disabled = [.. leaves.Where(_ => One(8))],
                IsIdle = One(4),
                IsHowTo = One(4),
            },
            Intents = new IntentReading([.. Enumerable.Range(0, random.Next(4)).Select(_ => Read())], [.. Enumerable.Range(0, random.Next(4)).Select(_ => new IntentScore(Of(leaves), random.NextSingle()))], (IntentAbstention)random.Next(Enum.GetValues<IntentAbstention>().Length), null),
            Text = Of(texts),
            Account = new AccountSeen(),
            Complexity = random.Next(1, 11),
            Now = now,
            HearsOrders = One(2),
            AsksBack = !One(4),
            Asked = One(4) ? [leaf, Of(leaves), Of(leaves)] : null,
            Clarifications = random.Next(3),
            AfterAnswer = One(2),
            Before = One(10) ? alarm : calm,
        };
    }
}
