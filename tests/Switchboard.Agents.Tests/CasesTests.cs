using Switchboard.Agents.Desk;
using Switchboard.Core.Agents;
using Switchboard.Core.Desk;

namespace Switchboard.Agents.Tests;

public sealed class CasesTests(DeskWalker walker) : IClassFixture<DeskWalker>
{
    public static TheoryData<string> WithCases => [.. DeskCase.Agents().Where(id => FactWalker.Catalogue.ById[id].Kind == AgentKind.Specialist)];

    [Theory]
    [MemberData(nameof(WithCases))]
    public async Task The_cases_of_an_agent_go_as_they_are_written(string agent)
    {
        var wrong = new List<string>();
        List<DeskCase> cases = DeskCase.Of(agent);
        cases.ShouldNotBeEmpty();
        foreach (DeskCase one in cases) wrong.AddRange(await walker.PlayAsync(one));
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void Every_agent_has_cases_and_every_case_has_an_agent() =>
        DeskCase.Agents().ShouldBe(FactWalker.Catalogue.Cards.Select(c => c.Id));

    [Fact]
    public void Each_talk_about_money_has_a_case_for_each_situation_a_talk_comes_into() =>
        WithCases.Select(c => c.Data).Where(a => a.StartsWith("billing/", StringComparison.Ordinal)).SelectMany(a => DeskCase.Situations.Except(DeskCase.Of(a).SelectMany(c => c.Shows), StringComparer.Ordinal).Select(s => $"{a}: {s}")).ShouldBeEmpty();

    [Fact]
    public void The_handover_has_words_for_every_reason_with_which_the_desk_gives_a_conversation_to_people() =>
        TurnCourse.HandoverReasons.Select(r => r.Replace('_', '-')).ShouldBeSubsetOf(Catalogue.FromAssembly(typeof(KnowledgeAnswerer).Assembly).ById[DeskAgents.HumanHandoff].Texts.Keys);

    [Fact]
    public async Task A_case_that_expects_something_else_fails_in_each_of_its_expectations()
    {
        DeskCase canary = DeskCase.Parse("""
            - name: canary
              say: [How do I reset my password?]
              expect:
                - {status: declined, agent: desk/small-talk, textContains: brackish, cites: none, owner: human, conversation: closed, reason: low_confidence}
            """).Single();

        List<string> wrong = await walker.PlayAsync(canary);

        wrong.Count.ShouldBe(7);
        wrong.ShouldContain(w => w.Contains("status answered instead of declined"));
        wrong.ShouldContain(w => w.Contains("owner bot instead of human"));
    }

    [Fact]
    public async Task A_case_without_an_expectation_for_each_message_fails()
    {
        (await walker.PlayAsync(new DeskCase { Name = "short", Say = ["Hello", "Bye"], Expect = [new Expectation { Status = "answered" }] })).ShouldHaveSingleItem();
        (await walker.PlayAsync(new DeskCase { Name = "empty" })).ShouldHaveSingleItem();
    }
}
