using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Switchboard.EndToEnd;

/// <summary>The page of signing in with a provider and of the mails about accounts, in a real browser.</summary>
public sealed class AccountPageTests(AccountDesk desk, Chromium chromium) : IClassFixture<AccountDesk>, IAsyncDisposable
{
    private static readonly ViewportSize phone = new() { Width = 360, Height = 740 };
    private static readonly ViewportSize screen = new() { Width = 1280, Height = 860 };
    private Window window = null!;
    private IPage page = null!;

    public async ValueTask DisposeAsync()
    {
        if (window is not null) await window.DisposeAsync();
    }

    [Fact]
    public async Task Who_comes_from_a_provider_sets_up_the_factor_that_is_demanded_and_shows_a_code_of_it_the_next_time()
    {
        await OpenAsync();
        await desk.PersonAsync();
        await page.GotoAsync(desk.SignIn("/docs/"));
        await Expect(page.Locator("h1")).ToHaveTextAsync("Set up a second factor");
        await LookAsync("factor");

        // What was wrong is told, and told no more when it is right.
        await SubmitAsync("current", "wrong");
        await ShouldBeRefusedAsync("current", "wrong", "password is not right");
        await LookAsync("factor-wrong");
        await SubmitAsync("current", AccountDesk.Password);
        await Expect(page.Locator("#first")).ToBeFocusedAsync();
        await Expect(Told).ToBeEmptyAsync();
        string secret = (await page.Locator("#secret").TextContentAsync())!;
        await LookAsync("confirm");

        await window.Context.SetOfflineAsync(true);
        await SubmitAsync("first", "12345x");
        await ShouldBeRefusedAsync("first", "12345x", "cannot be reached");
        await LookAsync("confirm-offline");
        await window.Context.SetOfflineAsync(false);
        await SubmitAsync("first", "12345x");
        await ShouldBeRefusedAsync("first", "12345x", "code is not right");

        // The code is in force but the answer is lost: whatever is typed then, the recovery codes are not lost with it.
        await page.RouteAsync("**/me/mfa/confirm", async route =>
        {
            await route.FetchAsync();
            await route.AbortAsync();
        }, new() { Times = 1 });
        string code = AccountDesk.Code(secret).Insert(3, " ");
        await SubmitAsync("first", code);
        await ShouldBeRefusedAsync("first", code, "cannot be reached");
        await SubmitAsync("first", "12345x");
        await Expect(page.Locator("#done-title")).ToBeFocusedAsync();
        await Expect(Told).ToBeEmptyAsync();
        await Expect(page.Locator("#recovery li")).ToHaveCountAsync(10);
        await LookAsync("codes");
        window.ForgiveRefusals();

        await KeepAsync("/docs/");
        window.ShouldBeQuiet();

        await window.Context.ClearCookiesAsync();
        await page.GotoAsync(desk.SignIn("/docs/?again"));
        await Expect(page.Locator("h1")).ToHaveTextAsync("One more step");
        new Uri(page.Url).Fragment.ShouldBeEmpty();
        await LookAsync("code");
        await SubmitAsync("code", "12345x");
        await ShouldBeRefusedAsync("code", "12345x", "does not let you in");
        await LookAsync("code-wrong");
        string next = AccountDesk.Code(secret, isNext: true);
        await window.Context.SetOfflineAsync(true);
        await SubmitAsync("code", next);
        await ShouldBeRefusedAsync("code", next, "cannot be reached");
        await window.Context.SetOfflineAsync(false);
        window.ForgiveRefusals();
        await SubmitAsync("code", next);
        await Expect(page).ToHaveURLAsync(new Uri(desk.Address, "/docs/?again").ToString());
        window.ShouldBeQuiet();
    }

    [Fact]
    public async Task A_place_that_is_none_of_this_server_leads_to_its_first_page_and_takes_no_recovery_code_along()
    {
        await OpenAsync();
        await desk.InviteAsync();
        await page.GotoAsync(desk.SignIn("/"));
        await Expect(page.Locator("#factor")).ToBeVisibleAsync();
        await page.GotoAsync("about:blank");
        await page.GotoAsync(desk.Page("factor=needed&to=%E0%A4%A"));
        // Who came by a provider alone has no password to show.
        await SubmitAsync("current", "");
        await Expect(page.Locator("#confirm")).ToBeVisibleAsync();
        await SubmitAsync("first", AccountDesk.Code((await page.Locator("#secret").TextContentAsync())!));
        await Expect(page.Locator("#recovery li")).ToHaveCountAsync(10);
        await KeepAsync("/");

        string email = await desk.PersonAsync();
        var recovery = new Queue<string>(await desk.SetUpAsync(email));
        foreach (string place in new[] { "%E0%A4%A", "http%3A%2F%2F%5B", "%2F%2Fevil.example", "%2F%5Cevil.example", "%2F%09%2Fevil.example", "javascript%3Adocument.title%3D1", $"blob%3A{Uri.EscapeDataString(desk.Address.ToString())}1" })
        {
            await page.GotoAsync(desk.Page($"code={await desk.TicketAsync(email)}&to={place}"));
            await SubmitAsync("code", $" {recovery.Dequeue()} ");
            await Expect(page).ToHaveURLAsync(desk.Address.ToString());
        }

        window.ShouldBeQuiet();
    }

    [Fact]
    public async Task What_the_link_of_a_mail_asks_for_is_asked_again_after_the_network_was_down()
    {
        await OpenAsync();
        desk.Leave();
        await page.GotoAsync(desk.SignIn("/"));
        await Expect(page.Locator("h1")).ToHaveTextAsync("The provider did not let you in");
        await LookAsync("refused");

        await page.GotoAsync(desk.Page(""));
        await Expect(page.Locator("#nothing")).ToBeVisibleAsync();
        await LookAsync("nothing");
        await page.RouteAsync("**/api/**", route => route.AbortAsync(), new() { Times = 1 });
        await page.GotoAsync(desk.Page("verify=swa1.none"));
        await Expect(Told).ToContainTextAsync("cannot be reached");
        await LookAsync("verify-offline");
        await page.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(Told).ToContainTextAsync("The link does not work");

        // The next link is opened where the page stands already.
        (_, string token) = await desk.InviteAsync();
        await page.GotoAsync(desk.Page($"invitation={token}"));
        await Expect(page.Locator("h1")).ToHaveTextAsync("Welcome");
        await LookAsync("invitation");
        await page.RouteAsync("**/api/**", route => route.AbortAsync(), new() { Times = 1 });
        await SubmitAsync("password", AccountDesk.Password);
        await ShouldBeRefusedAsync("password", AccountDesk.Password, "cannot be reached");
        await page.Locator("#password").PressAsync("Enter");
        await Expect(Told).ToContainTextAsync("The password is set");
        await LookAsync("password-set");

        await page.GotoAsync(desk.Page("factor=needed"));
        await SubmitAsync("current", AccountDesk.Password);
        await ShouldBeRefusedAsync("current", AccountDesk.Password, "not signed in any more");
        window.ForgiveRefusals();
        window.ShouldBeQuiet();
    }

    private ILocator Told => page.Locator("#told");

    private async Task OpenAsync()
    {
        window = await chromium.OpenAsync(phone, desk.Address, desk.Elsewhere);
        await window.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        page = await window.Context.NewPageAsync();
    }

    /// <summary>Types into the field and presses the button of its form.</summary>
    private async Task SubmitAsync(string field, string text)
    {
        await page.Locator($"#{field}").FillAsync(text);
        await page.Locator($"form:has(#{field}) button[type=submit]").ClickAsync();
    }

    /// <summary>It is told and nothing is lost: what was typed is there, has the focus, and can be sent again.</summary>
    private async Task ShouldBeRefusedAsync(string field, string typed, string told)
    {
        await Expect(Told).ToContainTextAsync(told);
        await Expect(Told).ToHaveClassAsync("told bad");
        await Expect(page.Locator($"#{field}")).ToHaveValueAsync(typed);
        await Expect(page.Locator($"#{field}")).ToBeFocusedAsync();
        await Expect(page.Locator($"form:has(#{field}) button[type=submit]")).ToBeEnabledAsync();
    }

    /// <summary>Copies the recovery codes, tries to leave without saying so, says so, and goes on.</summary>
    private async Task KeepAsync(string place)
    {
        await page.Locator("#copy").ClickAsync();
        await Expect(page.Locator("#copied")).ToHaveTextAsync("The codes are copied.");
        IReadOnlyList<string> codes = await page.Locator("#recovery li").AllTextContentsAsync();
        (await page.EvaluateAsync<string>("() => navigator.clipboard.readText()")).Split('\n').ShouldBe(codes);

        await page.Locator("#done button[type=submit]").ClickAsync();
        await Expect(page.Locator("#kept")).ToBeFocusedAsync();
        var asked = new TaskCompletionSource<IDialog>();
        page.Dialog += Asked;
        await page.EvaluateAsync("() => { setTimeout(() => location.reload()); }");
        IDialog dialog = await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        page.Dialog -= Asked;
        dialog.Type.ShouldBe(DialogType.BeforeUnload);
        await dialog.DismissAsync();
        await Expect(page.Locator("#recovery li")).ToHaveTextAsync(codes);

        await page.Locator("#kept").CheckAsync();
        await page.Locator("#done button[type=submit]").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Uri(desk.Address, place).ToString());

        void Asked(object? sender, IDialog what) => asked.TrySetResult(what);
    }

    /// <summary>It fits on a phone and on a screen.</summary>
    private async Task LookAsync(string step)
    {
        foreach ((string name, ViewportSize size) in new[] { ("screen", screen), ("phone", phone) })
        {
            await page.SetViewportSizeAsync(size.Width, size.Height);
            await Window.ShouldFitAsync(page);
            await Window.SaveAsync(page, $"account-{step}-{name}.png");
        }
    }
}
