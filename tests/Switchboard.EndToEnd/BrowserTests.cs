using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Switchboard.EndToEnd;

/// <summary>The chat page in a real browser, against a server in a process of its own.</summary>
public sealed partial class BrowserTests(FirstStart start, Chromium chromium) : IAsyncDisposable
{
    private const string question = "How do I add a teammate?";

    private readonly TempFolder temp = new();
    private MortalServer? server;
    private Window? window;
    private Uri address = null!;

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (window is not null) await window.DisposeAsync();
        if (server is not null) await server.DisposeAsync();
        temp.Dispose();
    }

    [Fact]
    public async Task A_question_is_answered_with_a_source_that_opens_at_the_quote_and_with_its_why()
    {
        IPage page = await OpenAsync();
        await AskAsync(page, question);

        ILocator answer = page.GetByTestId("message-agent");
        await Assertions.Expect(answer.GetByTestId("status")).ToHaveTextAsync("Answered");
        await Assertions.Expect(answer.GetByTestId("agent-name")).Not.ToBeEmptyAsync();
        await Assertions.Expect(answer.GetByTestId("source")).Not.ToHaveCountAsync(0);
        await answer.GetByTestId("why").Locator("summary").ClickAsync();
        await Assertions.Expect(answer.GetByTestId("why")).ToContainTextAsync("desk/knowledge-answerer");
        await answer.GetByTestId("why").Locator("summary").ClickAsync();
        await Window.SaveAsync(page, "chat.png");

        IPage article = await page.Context.RunAndWaitForPageAsync(() => answer.GetByTestId("citation").First.ClickAsync());
        ILocator quote = article.Locator("mark#quote");
        await Assertions.Expect(quote).ToBeVisibleAsync();
        await Assertions.Expect(quote).ToBeInViewportAsync();
        string shown = Words(string.Concat(await article.Locator("mark").AllTextContentsAsync()));
        string quoted = Words(await answer.GetByTestId("source").Locator("q").First.TextContentAsync());
        shown.Length.ShouldBeGreaterThan(10);
        quoted.ShouldContain(shown);
        window!.ShouldBeQuiet();
    }

    [Fact]
    public async Task Talk_to_a_human_asks_for_an_address_and_hands_over()
    {
        IPage page = await OpenAsync();
        await AskAsync(page, question);
        await page.GetByTestId("human").ClickAsync();
        await Assertions.Expect(page.GetByTestId("message-agent").Nth(1).GetByTestId("status")).ToHaveTextAsync("Needs info");
        await Assertions.Expect(page.GetByTestId("message-agent").Nth(1)).ToContainTextAsync("mail");

        await AskAsync(page, "ada@example.com");
        await Assertions.Expect(page.GetByTestId("message-agent").Nth(2).GetByTestId("status")).ToHaveTextAsync("Handed to a person");
        await Assertions.Expect(page.GetByTestId("message-agent").Nth(2)).ToContainTextAsync("ada@example.com");
        window!.ShouldBeQuiet();
    }

    [Fact]
    public async Task A_refund_is_agreed_to_with_one_press_and_done()
    {
        IPage page = await OpenAsync();
        await WriteAsAsync(page, "João Prado");
        await AskAsync(page, "I want my money back");
        ILocator replies = page.GetByTestId("message-agent");
        await Assertions.Expect(replies.GetByTestId("status")).ToHaveTextAsync("Please confirm");
        await Assertions.Expect(replies).ToContainTextAsync("90.00 USD");
        await Window.SaveAsync(page, "refund.png");

        await page.GetByTestId("choices").GetByText("Yes").ClickAsync();
        await Assertions.Expect(replies.Nth(1).GetByTestId("status")).ToHaveTextAsync("Done");
        await Assertions.Expect(page.GetByTestId("choices")).ToHaveCountAsync(0);
        window!.ShouldBeQuiet();
    }

    [Fact]
    public async Task An_approval_given_elsewhere_shows_on_the_page_by_itself_also_after_a_reload()
    {
        IPage page = await OpenAsync();
        await WriteAsAsync(page, "Devika Ramanathan");
        await AskAsync(page, "I want my money back");
        await page.GetByTestId("choices").GetByText("Yes").ClickAsync();
        ILocator replies = page.GetByTestId("message-agent");
        await Assertions.Expect(replies.Nth(1).GetByTestId("status")).ToHaveTextAsync("Waiting for approval");
        await page.ReloadAsync();
        await Assertions.Expect(replies.Nth(1).GetByTestId("status")).ToHaveTextAsync("Waiting for approval");

        await ApproveAsync();

        await Assertions.Expect(replies.Nth(2).GetByTestId("status")).ToHaveTextAsync("Done");
        await Assertions.Expect(replies.Nth(2)).ToContainTextAsync("540.00 USD");
        window!.ShouldBeQuiet();
    }

    [Fact]
    public async Task Write_as_lists_the_twenty_contacts_of_the_demo_and_changes_who_writes()
    {
        IPage page = await OpenAsync();
        ILocator chooser = page.GetByTestId("write-as");
        await Assertions.Expect(chooser.Locator("optgroup option")).ToHaveCountAsync(20);
        await WriteAsAsync(page, "Maya Thornbury");

        // Her address is known, so nobody asks for it.
        await page.GetByTestId("human").ClickAsync();
        await Assertions.Expect(page.GetByTestId("message-agent").GetByTestId("status")).ToHaveTextAsync("Handed to a person");
        await Assertions.Expect(page.GetByTestId("message-agent")).ToContainTextAsync("maya@kestrelmoor-cycles.example");
        window!.ShouldBeQuiet();
    }

    [Fact]
    public async Task A_visitor_types_the_code_of_the_mail_and_is_served_as_the_contact()
    {
        IPage page = await OpenAsync("--mailbox");
        await page.GetByTestId("prove").ClickAsync();
        await page.GetByTestId("proof-email").FillAsync("joao@pampa-clara.example");
        await page.GetByTestId("proof-ask").ClickAsync();
        ILocator told = page.Locator("#proof-told");
        await Assertions.Expect(told).ToContainTextAsync("a code is on its way");
        await Window.SaveAsync(page, "proof.png");
        string code = await CodeAsync();

        string wrong = code == "0000 0000" ? "1111 1111" : "0000 0000";
        await page.GetByTestId("proof-code").FillAsync(wrong);
        await page.GetByTestId("proof-enter").ClickAsync();
        await Assertions.Expect(told).ToHaveClassAsync("told bad");
        await Assertions.Expect(told).Not.ToBeEmptyAsync();
        await Window.SaveAsync(page, "proof-wrong.png");
        window!.ForgiveRefusals();

        await page.GetByTestId("proof-code").FillAsync(code);
        await page.GetByTestId("proof-enter").ClickAsync();
        await Assertions.Expect(page.GetByTestId("proof")).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator("#welcome-title")).ToContainTextAsync("Hello João");
        await Assertions.Expect(page.GetByTestId("prove")).ToBeHiddenAsync();
        await AskAsync(page, "I want my money back");
        await Assertions.Expect(page.GetByTestId("message-agent")).ToContainTextAsync("90.00 USD");
        window!.ShouldBeQuiet();
    }

    [Fact]
    public async Task A_reload_keeps_the_conversation_and_the_next_message_goes_on_in_it()
    {
        IPage page = await OpenAsync();
        await AskAsync(page, question);
        await Assertions.Expect(page.GetByTestId("message-agent").GetByTestId("status")).ToHaveCountAsync(1);
        string before = Words(await page.GetByTestId("message-agent").TextContentAsync());

        await page.ReloadAsync();
        await Assertions.Expect(page.GetByTestId("message-agent").GetByTestId("status")).ToHaveCountAsync(1);
        await Assertions.Expect(page.GetByTestId("message-customer")).ToHaveTextAsync(question);
        Words(await page.GetByTestId("message-agent").TextContentAsync()).ShouldBe(before);

        await AskAsync(page, "Is there an app for iPhone?");
        await Assertions.Expect(page.GetByTestId("message-agent").GetByTestId("status")).ToHaveCountAsync(2);
        window!.ShouldBeQuiet();
        await ShouldHoldAsync(conversations: 1, messages: 4);
    }

    [Theory]
    [InlineData("accept:before-commit")]
    [InlineData("turn:handled")]
    [InlineData("finish:after-commit")]
    public async Task A_server_killed_in_the_middle_of_a_turn_and_started_again_leaves_exactly_one_reply_on_the_page(string site)
    {
        IPage page = await OpenAsync("--kill", site, "1");
        HostProcess first = await server!.AliveAsync(Limit);
        await AskAsync(page, question);
        await first.DiedAsync(Limit);
        await server.AliveAsync(Limit);

        await Assertions.Expect(page.GetByTestId("message-agent").GetByTestId("status")).ToHaveTextAsync("Answered", new() { Timeout = 60_000 });
        await Assertions.Expect(page.GetByTestId("message-agent")).ToHaveCountAsync(1);
        await Assertions.Expect(page.GetByTestId("message-customer")).ToHaveCountAsync(1);
        await Assertions.Expect(page.GetByTestId("problem")).ToHaveCountAsync(0);
        window!.ShouldStayHere();
        await ShouldHoldAsync(conversations: 1, messages: 2);
    }

    [Fact]
    public async Task On_a_phone_nothing_is_wider_than_the_screen()
    {
        IPage page = await OpenAsync(new ViewportSize { Width = 390, Height = 844 });
        await Window.ShouldFitAsync(page);
        await AskAsync(page, question);
        await Assertions.Expect(page.GetByTestId("message-agent").GetByTestId("status")).ToHaveTextAsync("Answered");
        await Window.ShouldFitAsync(page);
        await Window.SaveAsync(page, "chat-phone.png");
        await page.GetByTestId("why").Locator("summary").ClickAsync();
        await Assertions.Expect(page.GetByTestId("why")).ToContainTextAsync("Evidence");
        await Window.ShouldFitAsync(page);
        IPage article = await page.Context.RunAndWaitForPageAsync(() => page.GetByTestId("citation").First.ClickAsync());
        await Assertions.Expect(article.Locator("mark#quote")).ToBeInViewportAsync();
        await Window.ShouldFitAsync(article);
        window!.ShouldBeQuiet();
    }

    private Task<IPage> OpenAsync(params string[] firstLife) => OpenAsync(new ViewportSize { Width = 1180, Height = 860 }, firstLife);

    private async Task<IPage> OpenAsync(ViewportSize viewport, params string[] firstLife)
    {
        // The page knows one address, so every life of the server listens on the same port.
        string urls = Chromium.FreeAddress();
        string[] listen = ["--urls", urls];
        server = new MortalServer(temp.Copy((await start.LeftAsync()).Data, "data"), [.. listen, .. firstLife], listen, listen);
        address = (await server.AliveAsync(Limit)).Address!;

        window = await chromium.OpenAsync(viewport, address);
        IPage page = await window.Context.NewPageAsync();
        await page.GotoAsync(address.ToString());
        await Assertions.Expect(page.Locator("#welcome-title")).ToContainTextAsync("how can we help?");
        return page;
    }

    private static async Task AskAsync(IPage page, string text)
    {
        await page.GetByTestId("composer").FillAsync(text);
        await page.GetByTestId("send").ClickAsync();
    }

    private static async Task WriteAsAsync(IPage page, string name)
    {
        ILocator chooser = page.GetByTestId("write-as");
        await chooser.SelectOptionAsync(await chooser.Locator("option", new() { HasText = name }).GetAttributeAsync("value") ?? "");
        await Assertions.Expect(page.Locator("#welcome-title")).ToContainTextAsync($"Hello {name.Split(' ')[0]}");
    }

    /// <summary>Approves the one thing that waits, as the command line does.</summary>
    private async Task ApproveAsync()
    {
        JsonNode announced = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(server!.Data, "server.json"), Limit))!;
        using var cli = new HttpClient { BaseAddress = address };
        cli.DefaultRequestHeaders.Authorization = new("Bearer", announced["token"]!.GetValue<string>());
        cli.DefaultRequestHeaders.Add("X-Switchboard-Tenant", "demo");
        JsonNode waiting = JsonNode.Parse(await cli.GetStringAsync("/api/v1/approvals?status=pending", Limit))!;
        string id = waiting["items"]!.AsArray().ShouldHaveSingleItem()!["id"]!.GetValue<string>();
        using HttpResponseMessage decided = await cli.PostAsJsonAsync($"/api/v1/approvals/{id}/approve", new { @as = "owner@demo.example" }, Limit);
        decided.EnsureSuccessStatusCode();
    }

    /// <summary>The code of the newest mail, which stands on a line of its own.</summary>
    private async Task<string> CodeAsync()
    {
        using var mailbox = new HttpClient { BaseAddress = address };
        while (true)
        {
            if (Code().Match(await mailbox.GetStringAsync("/dev/mailbox", Limit)) is { Success: true } found) return found.Value;
            await Task.Delay(50, Limit);
        }
    }

    private async Task ShouldHoldAsync(int conversations, int messages)
    {
        await server!.KillAtRestAsync(Limit);
        using var ledger = new Ledger(server.Data);
        ledger.ShouldBeSound();
        ledger.Number("select count(*) from conversations").ShouldBe(conversations);
        ledger.Number("select count(*) from messages").ShouldBe(messages);
    }

    private static string Words(string? text) => string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"(?<=;)\d{4} \d{4}(?=&)")]
    private static partial Regex Code();
}
