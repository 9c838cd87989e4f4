using System.Reflection;
using System.Runtime.CompilerServices;
using Switchboard.Core.Agents;
using Switchboard.Core.Conversations;
using Switchboard.Core.Runs;
using Switchboard.Core.Understanding;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Tests.Conversations;

public sealed class DialogueTests
{
    private static Reply Done(Turn turn, object text) => turn.Say(ReplyStatus.Answered, "done", new { Text = text });

    [Fact]
    public async Task A_step_is_taken_once_and_replayed_from_its_record()
    {
        int decided = 0, read = 0, begun = 0, ended = 0;
        var stage = new Stage(Script);
        async Dialogue<Reply> Script(Turn turn)
        {
            begun++;
            int a = await turn.Decide("a", () => ++decided);
            int b = await turn.Read("b", _ => Task.FromResult(++read));
            Given<string> email = await turn.Need(Slots.Email, "ask");
            ended++;
            return Done(turn, $"{a} {b} {email.Value}");
        }

        AgentOutcome asked = await stage.SayAsync("hello");
        (asked.Waits, asked.Reply.Status, asked.Reply.Text).ShouldBe((true, ReplyStatus.NeedsInfo, "Which address?"));
        ended.ShouldBe(0, "a step that waits never completes");
        stage.Journal.Select(s => s.Name).ShouldBe(["decide:a", "read:b", "ask:email"]);

        AgentOutcome done = await stage.SayAsync("ada@example.com");
        (done.Waits, done.Reply.Text, done.Restarted).ShouldBe((false, "1 1 ada@example.com", null));
        (decided, read, begun, ended).ShouldBe((1, 1, 2, 1));
        stage.Journal.Select(s => s.Name).ShouldBe(["decide:a", "read:b", "ask:email", "need:email"]);
    }

    [Fact]
    public async Task A_null_result_is_replayed_as_null_and_not_decided_again()
    {
        int decided = 0;
        var stage = new Stage(Script);
        async Dialogue<Reply> Script(Turn turn)
        {
            string? none = await turn.Decide("none", () => ++decided == 1 ? null : "second");
            await turn.Need(Slots.Email, "ask");
            return Done(turn, none ?? "null");
        }

        await stage.SayAsync("hello");
        (await stage.SayAsync("no")).Reply.Text.ShouldBe("null");
        decided.ShouldBe(1);
    }

    [Fact]
    public async Task A_step_of_the_same_name_has_a_number_behind_it()
    {
        var stage = new Stage(Script);
        static async Dialogue<Reply> Script(Turn turn)
        {
            int sum = 0;
            for (int i = 1; i <= 3; i++)
            {
                int each = i;
                sum += await turn.Decide("each", () => each);
            }
            return Done(turn, sum);
        }

        (await stage.SayAsync("hello")).Reply.Text.ShouldBe("6");
        stage.Journal.Select(s => s.Name).ShouldBe(["decide:each", "decide:each#2", "decide:each#3"]);
    }

    [Fact]
    public async Task A_journal_that_holds_another_step_begins_the_talk_anew()
    {
        var stage = new Stage(Before);
        static async Dialogue<Reply> Before(Turn turn)
        {
            await turn.Decide("old", () => 1);
            await turn.Need(Slots.Email, "ask");
            return Done(turn, "old");
        }

        static async Dialogue<Reply> After(Turn turn)
        {
            await turn.Decide("new", () => 1);
            Given<string> email = await turn.Need(Slots.Email, "ask");
            return Done(turn, $"new {email.Has}");
        }

        await stage.SayAsync("hello");
        stage.Script = After;
        AgentOutcome outcome = await stage.SayAsync("what?");

        outcome.Waits.ShouldBeTrue();
        outcome.Restarted!.ShouldContain("decide:old");
        stage.Journal.Select(s => s.Name).ShouldBe(["decide:new", "ask:email"]);
        (await stage.SayAsync("ada@example.com")).Reply.Text.ShouldBe("new True");
    }

    [Fact]
    public async Task What_the_customer_gave_is_not_asked_for_again_when_the_talk_begins_anew()
    {
        var stage = new Stage(Before);
        static async Dialogue<Reply> Before(Turn turn)
        {
            await turn.Need(Slots.Email, "ask");
            await turn.Need(new Slot<string>("name", (Understood _, out string value) => (value = "", false).Item2), "ask");
            return Done(turn, "old");
        }

        static async Dialogue<Reply> After(Turn turn)
        {
            await turn.Decide("new", () => 1);
            Given<string> email = await turn.Need(Slots.Email, "ask");
            return Done(turn, $"new {email.Value}");
        }

        await stage.SayAsync("ada@example.com");
        stage.Script = After;
        AgentOutcome outcome = await stage.SayAsync("what?");

        outcome.Restarted.ShouldNotBeNull();
        (outcome.Waits, outcome.Reply.Text).ShouldBe((false, "new ada@example.com"));
    }

    [Fact]
    public async Task A_talk_inside_a_talk_has_its_steps_behind_its_key_and_goes_on_in_a_later_turn()
    {
        var stage = new Stage(Script);
        static async Dialogue<string> Address(Turn turn)
        {
            Given<string> given = await turn.Need(Slots.Email, "ask");
            return given.Value ?? "none";
        }

        static async Dialogue<Reply> Script(Turn turn)
        {
            await turn.Decide("first", () => 1);
            string address = await turn.Sub("contact", Address);
            return Done(turn, address);
        }

        (await stage.SayAsync("hello")).Waits.ShouldBeTrue();
        (await stage.SayAsync("ada@example.com")).Reply.Text.ShouldBe("ada@example.com");
        stage.Journal.Select(s => s.Name).ShouldBe(["decide:first", "contact/ask:email", "contact/need:email"]);
    }

    [Fact]
    public async Task Recorded_steps_that_are_left_over_begin_the_talk_anew()
    {
        var stage = new Stage(Before);
        static async Dialogue<Reply> Before(Turn turn)
        {
            await turn.Decide("a", () => 1);
            await turn.Need(Slots.Email, "ask");
            return Done(turn, "x");
        }

        static async Dialogue<Reply> After(Turn turn)
        {
            await turn.Decide("a", () => 2);
            return Done(turn, "short");
        }

        await stage.SayAsync("hello");
        stage.Script = After;
        AgentOutcome outcome = await stage.SayAsync("hello again");
        outcome.Restarted!.ShouldContain("ask:email");
        outcome.Reply.Text.ShouldBe("short");
    }

    [Fact]
    public async Task A_slot_is_asked_for_twice_and_then_counts_as_not_given()
    {
        Stage stage = Asking();
        (await stage.SayAsync("hello")).Reply.Text.ShouldBe("Which address?");
        (await stage.SayAsync("what for")).Reply.Text.ShouldBe("Which address, please?");
        AgentOutcome done = await stage.SayAsync("still what for");
        (done.Waits, done.Reply.Text).ShouldBe((false, "given: False "));
        stage.Journal.Select(s => s.Name).ShouldBe(["ask:email", "ask:email.2", "need:email"]);
    }

    [Theory]
    [InlineData("ada@example.com", "given: True ada@example.com", 0)]
    [InlineData("hello|ada@example.com", "given: True ada@example.com", 1)]
    [InlineData("hello|what|ada@example.com", "given: True ada@example.com", 2)]
    [InlineData("hello|no", "given: False ", 1)]
    [InlineData("hello|what|no", "given: False ", 2)]
    public async Task A_slot_is_found_in_what_is_written_or_declined(string messages, string reply, int asked)
    {
        Stage stage = Asking();
        AgentOutcome last = null!;
        foreach (string message in messages.Split('|')) last = await stage.SayAsync(message);
        last.Reply.Text.ShouldBe(reply);
        stage.Journal.Count(s => s.Name.StartsWith("ask:", StringComparison.Ordinal)).ShouldBe(asked);
    }

    [Fact]
    public async Task A_no_before_the_question_declines_nothing() => (await Asking().SayAsync("no")).Waits.ShouldBeTrue();

    [Fact]
    public async Task One_talk_can_await_another()
    {
        var stage = new Stage(Outer);
        static async Dialogue<string> Inner(Turn turn) => (await turn.Need(Slots.Email, "ask")).Value ?? "none";
        static async Dialogue<Reply> Outer(Turn turn) => Done(turn, "inner said " + await Inner(turn));

        (await stage.SayAsync("hello")).Waits.ShouldBeTrue();
        (await stage.SayAsync("ada@example.com")).Reply.Text.ShouldBe("inner said ada@example.com");
    }

    [Fact]
    public async Task What_a_step_throws_comes_out_of_the_talk()
    {
        var stage = new Stage(Script);
        static async Dialogue<Reply> Script(Turn turn) => Done(turn, await turn.Read<int>("broken", _ => throw new InvalidDataException("broken")));
        (await Should.ThrowAsync<InvalidDataException>(() => stage.SayAsync("hello"))).Message.ShouldBe("broken");
    }

    [Fact]
    public void Only_steps_and_dialogues_can_be_awaited_in_a_dialogue()
    {
        foreach (string method in new[] { "AwaitOnCompleted", "AwaitUnsafeOnCompleted" })
        {
            Type awaiter = typeof(DialogueBuilder<>).GetMethod(method)!.GetGenericArguments()[0];
            awaiter.GetGenericParameterConstraints().ShouldContain(typeof(IStepAwaiter));
        }
        Type[] awaitable = [.. typeof(IStepAwaiter).Assembly.GetTypes().Where(t => t != typeof(IStepAwaiter) && typeof(IStepAwaiter).IsAssignableFrom(t))];
        awaitable.ShouldBe([typeof(Dialogue<>.Awaiter), typeof(Step<>.Awaiter)], ignoreOrder: true);
        MethodInfo await = typeof(DialogueBuilder<int>).GetMethod("AwaitUnsafeOnCompleted")!;
        Should.Throw<ArgumentException>(() => await.MakeGenericMethod(typeof(TaskAwaiter<int>), typeof(IAsyncStateMachine)));
    }

    [Fact]
    public void A_step_keeps_its_result_through_the_journal()
    {
        var journal = new Journal([]);
        journal.Record("a", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        journal.Record("b", new Given<string>(true, "x"));
        journal.Record<string?>("c", null);
        var replayed = new Journal(journal.Added);

        replayed.NextIs("a").ShouldBeTrue();
        replayed.TryReplay("a", out DateTimeOffset at).ShouldBeTrue();
        at.Second.ShouldBe(5);
        replayed.TryReplay("b", out Given<string> given).ShouldBeTrue();
        given.ShouldBe(new Given<string>(true, "x"));
        Should.Throw<JournalMismatchException>(() => replayed.TryReplay<string?>("d", out _)).Message.ShouldContain("\"c\"");
        Should.Throw<JournalMismatchException>(replayed.RequireConsumed);
        replayed.TryReplay("c", out string? none).ShouldBeTrue();
        none.ShouldBeNull();
        replayed.TryReplay<int>("d", out _).ShouldBeFalse();
        replayed.RequireConsumed();
        replayed.Added.ShouldBeEmpty();
    }

    [Fact]
    public void A_step_of_an_older_form_with_unknown_members_is_still_read()
    {
        var journal = new Journal([new JournalEntry("need:email", """{"v":1,"value":{"has":true,"value":"x","later":1},"more":2}""")]);
        journal.TryReplay("need:email", out Given<string> given).ShouldBeTrue();
        given.ShouldBe(new Given<string>(true, "x"));
    }

    private static Stage Asking()
    {
        return new Stage(Script);
        static async Dialogue<Reply> Script(Turn turn)
        {
            Given<string> given = await turn.Need(Slots.Email, "ask");
            return Done(turn, $"given: {given.Has} {given.Value}");
        }
    }
}
