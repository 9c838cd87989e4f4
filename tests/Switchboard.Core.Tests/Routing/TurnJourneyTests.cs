using Switchboard.Core.Desk;
using Switchboard.Core.Routing;

namespace Switchboard.Core.Tests.Routing;

public sealed class TurnJourneyTests
{
    private const int most = 4;
    private static readonly string[] agents = ["billing/refund-processor", "billing/payment-troubleshooter", "usage/feature-teacher", "account/team-manager", "integration/api-debugger", DeskAgents.KnowledgeAnswerer, DeskAgents.HumanHandoff];

    [Fact]
    public void A_hundred_thousand_random_routings_pass_through_no_agent_twice_and_through_four_at_most()
    {
        var random = new Random(20261126);
        for (int turn = 0; turn < 100_000; turn++)
        {
            string[] planned = [.. Enumerable.Range(0, random.Next(0, 9)).Select(_ => agents[random.Next(agents.Length)])];
            var journey = new TurnJourney(planned, DeskAgents.HumanHandoff, most);
            string? at = journey.First();
            int steps = 0;
            bool toPeople = false;
            while (at is not null)
            {
                (++steps).ShouldBeLessThanOrEqualTo(most);
                toPeople = random.Next(3) == 0;
                at = journey.Next(new PartEnded(random.Next(3) == 0, toPeople));
            }

            journey.Visited.Count.ShouldBeLessThanOrEqualTo(most);
            journey.Visited.Distinct().Count().ShouldBe(journey.Visited.Count);
            if (planned.Length > 0) journey.Visited[0].ShouldBe(planned[0]);
            if (toPeople) journey.Visited[^1].ShouldBe(DeskAgents.HumanHandoff, "whoever asks for people gets them, however long the way was");
        }
    }

    [Fact]
    public void One_question_at_most_is_asked_in_a_turn()
    {
        var journey = new TurnJourney(["billing/refund-processor", "account/team-manager"], DeskAgents.HumanHandoff, most);
        journey.First();

        journey.Next(new PartEnded(Asks: true, ToPeople: false)).ShouldBeNull();
        journey.Left.ShouldBe(["account/team-manager"]);
    }

    [Fact]
    public void One_place_is_kept_for_people()
    {
        var journey = new TurnJourney(["a/a", "b/b", "c/c", "d/d"], DeskAgents.HumanHandoff, most);
        journey.First();
        journey.Next(default).ShouldBe("b/b");
        journey.Next(default).ShouldBe("c/c");

        journey.Next(default).ShouldBeNull();
        journey.Next(new PartEnded(Asks: false, ToPeople: true)).ShouldBe(DeskAgents.HumanHandoff);
        journey.Next(new PartEnded(Asks: false, ToPeople: true)).ShouldBeNull();
    }
}
