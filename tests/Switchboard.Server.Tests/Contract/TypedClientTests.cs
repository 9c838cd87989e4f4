using System.Reflection;
using Switchboard.Client;

namespace Switchboard.Server.Tests.Contract;

/// <summary>The typed client against a running server.</summary>
public sealed class TypedClientTests(TestServer server) : IClassFixture<TestServer>, IDisposable
{
    private readonly SwitchboardClient desk = new(new Uri(server.Server.Address), Credential.ApiKey(server.OwnerKey));

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    public void Dispose() => desk.Dispose();

    [Fact]
    public async Task A_talk_is_begun_read_streamed_and_explained()
    {
        Answer<SentView> sent = await desk.Conversations.CreateAsync(new CreateConversationBody { Message = Questions.Good }, "talk-1", Limit);
        (sent.Status, sent.Value.Reply!.Status).ShouldBe((201, ReplyStatus.Answered));
        Answer<SentView> again = await desk.Conversations.CreateAsync(new CreateConversationBody { Message = Questions.Good }, "talk-1", Limit);
        again.Value.ConversationId.ShouldBe(sent.Value.ConversationId, "the same key is the same call");
        Guid id = sent.Value.ConversationId;

        List<string> kinds = [];
        await foreach (ServerEvent happened in desk.Conversations.StreamAddMessage(id, new SendMessageBody { Text = Questions.AlsoGood }, cancellationToken: Limit)) kinds.Add(happened.Kind);
        kinds[0].ShouldBe("run.started");
        kinds[^1].ShouldBe("run.finished");

        // A broken stream goes on behind the last event that was read.
        string? last = null;
        await foreach (ServerEvent happened in desk.Conversations.Events(id, cancellationToken: Limit))
            if ((last = happened.Id) == "2") break;
        await foreach (ServerEvent happened in desk.Conversations.Events(id, lastEventId: last, cancellationToken: Limit))
        {
            happened.Id.ShouldBe("3");
            break;
        }

        IReadOnlyList<MessageView> messages = (await desk.Conversations.ListMessagesAsync(id, cancellationToken: Limit)).Value.Items;
        messages.Select(m => m.Author).ShouldBe([MessageAuthor.Customer, MessageAuthor.Agent, MessageAuthor.Customer, MessageAuthor.Agent]);
        messages[1].Citations.ShouldNotBeEmpty();
        (await desk.Conversations.ListDecisionsAsTextAsync(id, cancellationToken: Limit)).Value.ShouldContain("knowledge-answerer");
    }

    [Fact]
    public async Task The_program_of_the_guide_runs_as_it_stands_there()
    {
        (string[] guide, string[] own) = GuideProgram.Lines();
        own.ShouldBe(guide);

        await GuideProgram.RunAsync(new Uri(server.Server.Address), server.OwnerKey);

        Answer<SentView> sent = await desk.Conversations.CreateAsync(new CreateConversationBody { Message = "How do I reset my password?" }, "order-4711-question", Limit);
        (await desk.Conversations.ListMessagesAsync(sent.Value.ConversationId, cancellationToken: Limit)).Value.Items.Count.ShouldBe(4, "the key makes it the talk of the program");
    }

    [Fact]
    public async Task What_is_changed_is_named_by_its_tag_and_a_refusal_says_why()
    {
        CustomerView made = (await desk.Customers.CreateAsync(new WriteCustomerNewBody { Name = "Quay & Sons" }, cancellationToken: Limit)).Value;
        Answer<CustomerView> read = await desk.Customers.GetAsync(made.Id, Limit);
        read.ETag.ShouldNotBeNull();
        (await desk.Customers.ChangeAsync(made.Id, new WriteCustomerChangeBody { Name = "Quay and Sons" }, ifMatch: read.ETag, cancellationToken: Limit)).Value.Name.ShouldBe("Quay and Sons");

        SwitchboardException stale = await Should.ThrowAsync<SwitchboardException>(() => desk.Customers.ChangeAsync(made.Id, new WriteCustomerChangeBody { Name = "Quay" }, ifMatch: read.ETag, cancellationToken: Limit));
        stale.Status.ShouldBe(412);
        SwitchboardException wrong = await Should.ThrowAsync<SwitchboardException>(() => desk.Conversations.CreateAsync(new CreateConversationBody { Message = "" }, cancellationToken: Limit));
        wrong.Status.ShouldBe(400);
        wrong.Errors.Keys.ShouldContain("message");
        using var nobody = new SwitchboardClient(new Uri(server.Server.Address));
        (await Should.ThrowAsync<SwitchboardException>(() => nobody.Customers.ListAsync(cancellationToken: Limit))).Status.ShouldBe(401);
        Credential.ApiKey(server.OwnerKey).ToString().ShouldNotContain(server.OwnerKey);
    }

    /// <summary>A field that the document promises and the server leaves out, or one of another type, cannot be read.</summary>
    [Fact]
    public async Task What_every_list_and_page_answers_fits_the_types_of_the_client()
    {
        await desk.Conversations.CreateAsync(new CreateConversationBody { Message = Questions.Good }, cancellationToken: Limit);
        var read = new List<string>();
        foreach (PropertyInfo area in typeof(SwitchboardClient).GetProperties())
            foreach (MethodInfo call in area.PropertyType.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(IsReading))
            {
                string name = $"{area.Name}.{call.Name}";
                try
                {
                    await (Task)call.Invoke(area.GetValue(desk), [.. call.GetParameters().Select(p => p.ParameterType == typeof(CancellationToken) ? Limit : p.DefaultValue)])!;
                    read.Add(name);
                }
                catch (SwitchboardException refused) when (refused.Status is 400 or 401 or 403 or 404)
                {
                    // A search without words, what only a person who signed in sees, or what only the demonstration has.
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    throw new InvalidOperationException(name, error);
                }
            }

        read.Count.ShouldBeGreaterThan(30);
    }

    private static bool IsReading(MethodInfo call) =>
        (call.Name.StartsWith("List", StringComparison.Ordinal) || call.Name.StartsWith("Get", StringComparison.Ordinal)) && typeof(Task).IsAssignableFrom(call.ReturnType) && call.ReturnType != typeof(Task<Stream>)
        && call.GetParameters().All(p => p.IsOptional);
}
