using System.Net.Http.Json;
using System.Text.Json;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Tests.Agents;

/// <summary>Agents that an operator adds as files while the server runs. The tests share a server, and each has a file of its own.</summary>
public sealed class OwnAgentTests(OwnAgentTests.Shop server) : IClassFixture<OwnAgentTests.Shop>
{
    private const string hours = """
        ---
        id: custom/opening-hours
        name: Opening hours
        tier: operational
        kind: Specialist
        capabilities: []
        summary: Says when the showroom is open.
        settings: [closes=18 (0..24)]
        ---
        ## Utterances
        - showroom: when is the showroom open
        - showroom: opening hours of the showroom
        ## Texts
        - showroom: The showroom closes at {closes}.
        ## Texts de
        - showroom: Der Ausstellungsraum schließt um {closes} Uhr.
        """;

    private const string repairs = """
        ---
        id: custom/bike-repair
        name: Bike repair
        tier: operational
        kind: Specialist
        capabilities: [act:handoff.create]
        summary: Takes repairs in.
        slots: [frame=words, email]
        team: workshop
        reasons: [repair_wanted]
        ---
        ## Utterances
        - repair: my bike needs a repair
        - repair: can you repair my bike
        ## Texts
        - handoff: The workshop takes care of {frame}.
        - ask-frame: What is the number on the frame?
        - ask-frame-again: Please write the number on the frame.
        - ask-email: Which address can the workshop answer to?
        - ask-email-again: That is no address.
        """;

    private const string passwords = """
        ---
        id: custom/sign-in-help
        name: Sign-in help
        tier: operational
        kind: Specialist
        capabilities: [read:knowledge]
        summary: Answers from the articles on signing in.
        articles: [category:CATEGORY]
        ---
        ## Utterances
        - signin: how do i reset my password
        ## Texts
        - unknown: I know nothing of that.
        """;

    [Fact]
    public async Task A_file_that_appears_answers_without_a_restart_and_one_that_goes_answers_no_more()
    {
        string before = await VersionAsync();
        server.Write("hours.md", hours);
        await server.UntilHereAsync("custom/opening-hours");
        (await VersionAsync()).ShouldNotBe(before);

        HttpClient visitor = await server.VisitorAsync();
        JsonElement said = await visitor.BeginAsync("When is the showroom open?");
        (said.GetProperty("reply").Text("agentId"), said.GetProperty("reply").Text("text")).ShouldBe(("custom/opening-hours", "The showroom closes at 18."));
        JsonElement why = (await server.Owner().DecisionsAsync(said.Id("conversationId")))[0].GetProperty("decision");
        (why.GetProperty("route").Text("kind"), why.Text("catalogueVersion")).ShouldBe(("specialist", await VersionAsync()));

        // A tenant sets it up as any other agent, and the others are not touched.
        JsonElement set = await (await server.Owner().PatchAsJsonAsync("/api/v1/agents/custom/opening-hours", new { settings = new { closes = 20 } })).JsonAsync(200);
        set.GetProperty("settings").GetProperty("closes").GetProperty("value").GetDecimal().ShouldBe(20);
        (await visitor.BeginAsync("When is the showroom open?")).GetProperty("reply").Text("text").ShouldBe("The showroom closes at 20.");
        (await server.Owner().PatchAsJsonAsync("/api/v1/agents/custom/opening-hours", new { enabled = false })).EnsureSuccessStatusCode();
        (await visitor.BeginAsync("When is the showroom open?")).GetProperty("reply").Text("agentId").ShouldNotBe("custom/opening-hours");
        (await server.Owner().PatchAsJsonAsync("/api/v1/agents/custom/opening-hours", new { enabled = true })).EnsureSuccessStatusCode();

        Guid turn = said.Id("runId");
        (await ReplayAsync(turn)).GetProperty("identical").GetBoolean().ShouldBeTrue();
        File.Delete(server.Path("hours.md"));
        await ClockServer.UntilAsync(async () => !await server.IsHereAsync("custom/opening-hours"));
        (await visitor.BeginAsync("When is the showroom open?")).GetProperty("reply").Text("agentId").ShouldNotBe("custom/opening-hours");
        JsonElement gone = await ReplayAsync(turn);
        (gone.Text("refusal"), gone.Text("detail")).ShouldBe(("agent_gone", gone.Text("detail")));
        gone.Text("detail").ShouldContain("custom/opening-hours");
        (await visitor.MessagesAsync(said.Id("conversationId"))).Length.ShouldBe(2, "what it said stays");
        // What was set of it stays in the policies, and does not stand in the way of other changes.
        (await server.Owner().PatchAsJsonAsync("/api/v1/agents/billing/refund-processor", new { enabled = true })).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A_file_that_is_broken_is_named_with_its_line_and_its_last_good_version_goes_on()
    {
        string good = hours.Replace("custom/opening-hours", "custom/fair").Replace("- showroom:", "- fair:").Replace("showroom", "fair");
        server.Write("fair.md", good);
        await server.UntilHereAsync("custom/fair");

        server.Write("fair.md", good.Replace("{closes} Uhr", "{stunde} Uhr").Replace("closes at", "shuts at"));
        JsonElement wrong = await server.ProblemAsync("fair.md");

        (wrong.GetProperty("line").GetInt32(), wrong.Text("inForce")).ShouldBe((16, "custom/fair"));
        wrong.Text("problem").ShouldContain("{stunde} is neither a slot nor a setting");
        HttpClient visitor = await server.VisitorAsync();
        (await visitor.BeginAsync("When is the fair open?")).GetProperty("reply").Text("text").ShouldBe("The fair closes at 18.");
        (await server.WithKey(await server.KeyAsync("read:agents")).GetJsonAsync("/api/v1/agents")).Items("problems").ShouldBeEmpty("only who sets agents up is told");

        server.Write("fair.md", good.Replace("closes at", "shuts at"));
        await ClockServer.UntilAsync(async () => (await server.Owner().GetJsonAsync("/api/v1/agents")).Items("problems").All(p => p.Text("file") != "fair.md"));
        (await visitor.BeginAsync("When is the fair open?")).GetProperty("reply").Text("text").ShouldBe("The fair shuts at 18.");
    }

    [Fact]
    public async Task What_belongs_to_another_agent_and_what_only_a_class_may_do_is_refused()
    {
        server.Write("label.md", hours.Replace("custom/opening-hours", "custom/thief").Replace("- showroom:", "- yes:"));
        server.Write("rights.md", hours.Replace("custom/opening-hours", "custom/thief").Replace("capabilities: []", "capabilities: [read:invoice]"));
        server.Write("roster.md", hours.Replace("custom/opening-hours", "billing/refund-processor"));

        (await server.ProblemAsync("label.md")).Text("problem").ShouldContain("\"yes\" belongs to desk/small-talk");
        (await server.ProblemAsync("rights.md")).Text("problem").ShouldContain("\"read:invoice\" needs a class");
        (await server.ProblemAsync("roster.md")).Text("problem").ShouldContain("custom/name");
        (await server.IsHereAsync("custom/thief")).ShouldBeFalse();
    }

    [Fact]
    public async Task It_asks_for_its_slots_and_hands_over_to_its_team_with_what_was_given()
    {
        server.Write("repair.md", repairs);
        await server.UntilHereAsync("custom/bike-repair");
        HttpClient visitor = await server.VisitorAsync();

        JsonElement asked = await visitor.BeginAsync("My bike needs a repair");
        Guid id = asked.Id("conversationId");
        (asked.GetProperty("reply").Text("status"), asked.GetProperty("reply").Text("text")).ShouldBe(("needs_info", "What is the number on the frame?"));
        (await visitor.SayAsync(id, "KM-7781")).GetProperty("reply").Text("text").ShouldBe("Which address can the workshop answer to?");
        JsonElement done = (await visitor.SayAsync(id, "ada@example.com")).GetProperty("reply");

        (done.Text("status"), done.Text("agentId")).ShouldBe(("handed_off", "custom/bike-repair"));
        done.Text("text").ShouldStartWith("The workshop takes care of KM-7781.");
        JsonElement handoff = (await server.Owner().ConversationAsync(id)).GetProperty("handoff");
        (handoff.Text("toTeam"), handoff.Text("reason"), handoff.GetProperty("caseFile").Text("replyEmail")).ShouldBe(("workshop", "repair_wanted", "ada@example.com"));
        handoff.GetProperty("caseFile").Items("facts").ShouldContain(f => f.Text("text") == "frame: KM-7781");
        foreach (JsonElement turn in await server.Owner().DecisionsAsync(id)) (await ReplayAsync(turn.Id("runId"))).GetProperty("identical").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task It_answers_with_citations_from_the_articles_that_its_card_names_and_from_no_others()
    {
        server.Write("sign-in.md", passwords.Replace("CATEGORY", "Account and sign-in"));
        server.Write("other.md", passwords.Replace("CATEGORY", "Automations").Replace("sign-in-help", "other-help").Replace("signin", "other").Replace("how do i reset my password", "please tell me how to reset the password of a colleague"));
        await server.UntilHereAsync("custom/sign-in-help");
        await server.UntilHereAsync("custom/other-help");
        HttpClient visitor = await server.VisitorAsync();

        JsonElement said = (await visitor.BeginAsync(Questions.Good)).GetProperty("reply");
        (said.Text("agentId"), said.Text("status")).ShouldBe(("custom/sign-in-help", "answered"));
        said.Items("citations").ShouldNotBeEmpty();

        JsonElement none = (await visitor.BeginAsync("Please tell me how to reset the password of a colleague")).GetProperty("reply");
        (none.Text("agentId"), none.Text("status"), none.Text("text")).ShouldBe(("custom/other-help", "declined", "I know nothing of that."));
        File.Delete(server.Path("sign-in.md"));
        File.Delete(server.Path("other.md"));
        await ClockServer.UntilAsync(async () => !await server.IsHereAsync("custom/sign-in-help"));
    }

    private async Task<string> VersionAsync() => (await server.Anonymous().GetJsonAsync("/api/v1/info")).Text("catalogueVersion");

    private async Task<JsonElement> ReplayAsync(Guid run) => await (await server.Owner().PostAsync($"/api/v1/runs/{run}/replay", null)).JsonAsync(200);

    /// <summary>A server whose cards are in a folder that the settings name, which is not there at the start.</summary>
    public sealed class Shop : TestServer
    {
        private readonly TempFolder cards = new();

        protected override ServerOptions Alter(ServerOptions options) => options with { Cards = cards["agents"] };

        public string Path(string file) => cards[System.IO.Path.Combine("agents", file)];

        public void Write(string file, string text) => cards.Write(System.IO.Path.Combine("agents", file), text);

        public async Task<bool> IsHereAsync(string agent) => (await Owner().GetAsync($"/api/v1/agents/{agent}")).IsSuccessStatusCode;

        public Task UntilHereAsync(string agent) => ClockServer.UntilAsync(() => IsHereAsync(agent));

        public async Task<JsonElement> ProblemAsync(string file)
        {
            JsonElement found = default;
            await ClockServer.UntilAsync(async () => (found = (await Owner().GetJsonAsync("/api/v1/agents")).Items("problems").FirstOrDefault(p => p.Text("file") == file)).ValueKind == JsonValueKind.Object);
            return found;
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            cards.Dispose();
        }
    }
}
