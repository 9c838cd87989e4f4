using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Tests.Domain;

public sealed class ConversationTests
{
    private static readonly DateTimeOffset at = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly Conversation conversation = new() { TenantId = Guid.NewGuid(), Id = Guid.NewGuid(), Channel = Channel.Web, Subject = "s", CreatedAt = at, LastActivityAt = at };

    [Fact]
    public void A_new_conversation_is_open_and_the_agents()
    {
        (conversation.Status, conversation.Owner, conversation.Priority).ShouldBe((ConversationStatus.Open, ConversationOwner.Bot, Priority.Normal));
        (conversation.LowConfidenceStreak, conversation.ReopenedCount, conversation.ReplyEmail).ShouldBe((0, 0, null));
    }

    [Fact]
    public void A_customers_message_opens_what_was_resolved_and_counts_it()
    {
        conversation.Resolve(at.AddMinutes(1));
        conversation.Status.ShouldBe(ConversationStatus.Resolved);
        conversation.CustomerWrote(at.AddMinutes(2));
        conversation.CustomerWrote(at.AddMinutes(3));
        (conversation.Status, conversation.ReopenedCount, conversation.LastActivityAt).ShouldBe((ConversationStatus.Open, 1, at.AddMinutes(3)));
    }

    [Fact]
    public void A_customers_message_opens_what_waited_and_counts_nothing()
    {
        conversation.AgentAsked(at);
        conversation.Status.ShouldBe(ConversationStatus.Pending);
        conversation.CustomerWrote(at);
        (conversation.Status, conversation.ReopenedCount).ShouldBe((ConversationStatus.Open, 0));
    }

    [Fact]
    public void Unsure_replies_are_counted_until_a_sure_one_and_questions_say_nothing()
    {
        conversation.AgentReplied(confident: false, cited: false, at);
        conversation.AgentAsked(at);
        conversation.AgentReplied(confident: false, cited: false, at);
        conversation.LowConfidenceStreak.ShouldBe(2);
        conversation.AgentReplied(confident: true, cited: false, at);
        conversation.LowConfidenceStreak.ShouldBe(0);
    }

    [Fact]
    public void A_handoff_gives_the_conversation_to_people()
    {
        conversation.AgentAsked(at);
        conversation.HandToHuman(Priority.High, at.AddMinutes(1));
        conversation.AnswerTo("a@b.example");
        (conversation.Owner, conversation.Status, conversation.Priority, conversation.ReplyEmail).ShouldBe((ConversationOwner.Human, ConversationStatus.Open, Priority.High, "a@b.example"));
        conversation.CustomerWrote(at.AddMinutes(2));
        conversation.Owner.ShouldBe(ConversationOwner.Human);
    }

    [Fact]
    public void A_persons_reply_takes_the_conversation_over()
    {
        conversation.HumanReplied(at.AddMinutes(1));
        (conversation.Owner, conversation.LastActivityAt).ShouldBe((ConversationOwner.Human, at.AddMinutes(1)));
    }

    [Fact]
    public void Scopes_are_tested_narrowed_and_spelt_in_one_way()
    {
        ScopeSet set = ScopeSet.Parse("write:knowledge, read:knowledge  read:knowledge");
        set.Items.ShouldBe(["read:knowledge", "write:knowledge"]);
        ScopeSet.Parse(set.ToString()).ShouldBe(set);
        ScopeSet.Parse(set.ToString()).GetHashCode().ShouldBe(set.GetHashCode());
        set.Has("read:knowledge").ShouldBeTrue();
        set.Has("READ:knowledge").ShouldBeFalse();
        ScopeSet reads = ScopeSet.Parse("read:knowledge read:audit");
        set.NarrowedTo(reads).Items.ShouldBe(["read:knowledge"]);
        set.NarrowedTo(reads).ShouldBe(reads.NarrowedTo(set));
        set.IsWithin(reads).ShouldBeFalse();
        set.NarrowedTo(reads).IsWithin(reads).ShouldBeTrue();
        ScopeSet.None.IsWithin(set).ShouldBeTrue();
        ScopeSet.Parse("").ShouldBe(ScopeSet.None);
        Should.Throw<ArgumentException>(() => ScopeSet.Parse("read:minds")).Message.ShouldContain("\"read:minds\" is no scope");
    }

    [Fact]
    public void No_role_carries_more_than_an_admin_and_those_who_read_do_not_write()
    {
        foreach (Role role in Enum.GetValues<Role>()) Roles.ScopesOf(role).IsWithin(Roles.ScopesOf(Role.Owner)).ShouldBeTrue(role.ToString());
        Roles.ScopesOf(Role.Support).IsWithin(Roles.ScopesOf(Role.Lead)).ShouldBeTrue();
        foreach (Role role in new[] { Role.ReadOnly, Role.Analyst })
            Roles.ScopesOf(role).Items.ShouldAllBe(s => !s.StartsWith("write:") && !s.StartsWith("delete:") && !s.StartsWith("approve:") && !s.StartsWith("admin:") && !s.EndsWith(":pii"));
        new ContactActor(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Proof.Email).Has("read:conversations").ShouldBeFalse();
    }

    [Theory]
    [InlineData("acme", true)]
    [InlineData("a-1", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("Acme", false)]
    [InlineData("a b", false)]
    [InlineData("a/b", false)]
    [InlineData("ä", false)]
    public void A_slug_can_stand_in_an_address(string slug, bool good) => (Tenant.SlugProblem(slug) is null).ShouldBe(good);
}
