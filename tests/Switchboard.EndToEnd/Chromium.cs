using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Switchboard.EndToEnd.Chromium))]

namespace Switchboard.EndToEnd;

/// <summary>The one headless browser of the assembly, started when the first test asks for a window.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private const string program = "/usr/bin/chromium";
    private const float mostWait = 30_000;
    private static readonly string[] switches =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly Lazy<Task<(IPlaywright Playwright, IBrowser Browser)>> started = new(StartAsync);

    /// <summary>A window that knows nothing of others.</summary>
    /// <param name="size">Its size.</param>
    /// <param name="home">The sites it may visit.</param>
    public async Task<Window> OpenAsync(ViewportSize size, params Uri[] home)
    {
        Assert.SkipUnless(File.Exists(program), $"There is no {program}; install Debian's chromium to run the tests of the pages.");
        IBrowser browser = (await started.Value).Browser;
        return new Window(await browser.NewContextAsync(new() { ViewportSize = size, Locale = "en-GB", ColorScheme = ColorScheme.Light, ReducedMotion = ReducedMotion.Reduce }), home);
    }

    /// <summary>An address of this machine where nobody listens.</summary>
    public static string FreeAddress()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return $"http://{probe.LocalEndpoint}";
    }

    public async ValueTask DisposeAsync()
    {
        if (!started.IsValueCreated) return;
        (IPlaywright playwright, IBrowser browser) = await started.Value;
        await browser.DisposeAsync();
        playwright.Dispose();
    }

    private static async Task<(IPlaywright Playwright, IBrowser Browser)> StartAsync()
    {
        // A page that is slow on a busy machine is no fault of it.
        Assertions.SetDefaultExpectTimeout(mostWait);
        IPlaywright playwright = await Playwright.CreateAsync();
        return (playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = switches }));
    }
}

/// <summary>A window of the browser, of which is kept what the console complains of and what is fetched from elsewhere.</summary>
public sealed class Window : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> complaints = new();
    private readonly ConcurrentQueue<string> foreign = new();

    public Window(IBrowserContext context, IReadOnlyCollection<Uri> home)
    {
        Context = context;
        context.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") complaints.Enqueue($"{message.Type}: {message.Text}");
        };
        context.WebError += (_, error) => complaints.Enqueue($"exception: {error.Error}");
        context.Request += (_, request) =>
        {
            var url = new Uri(request.Url);
            if (url.Scheme is not ("data" or "blob") && home.All(h => h.Authority != url.Authority)) foreign.Enqueue(request.Url);
        };
    }

    /// <summary>Its pages, cookies and permissions.</summary>
    public IBrowserContext Context { get; }

    /// <summary>Nothing was complained of, and nothing fetched from elsewhere.</summary>
    public void ShouldBeQuiet()
    {
        complaints.ShouldBeEmpty();
        ShouldStayHere();
    }

    /// <summary>Nothing was fetched from elsewhere.</summary>
    public void ShouldStayHere() => foreign.ShouldBeEmpty();

    /// <summary>The browser itself complains of an answer that refuses and of a call that does not get through, and was to complain of nothing else.</summary>
    public void ForgiveRefusals()
    {
        complaints.ShouldAllBe(c => c.Contains("Failed to load resource", StringComparison.Ordinal));
        complaints.Clear();
    }

    /// <summary>Nothing on the page is wider than the window.</summary>
    public static async Task ShouldFitAsync(IPage page)
    {
        int[] widths = await page.EvaluateAsync<int[]>("() => [document.documentElement.scrollWidth, document.body.scrollWidth, document.documentElement.clientWidth, document.getElementById('scroller')?.scrollWidth ?? 0, document.getElementById('scroller')?.clientWidth ?? 0]");
        widths[0].ShouldBeLessThanOrEqualTo(widths[2]);
        widths[1].ShouldBeLessThanOrEqualTo(widths[2]);
        widths[3].ShouldBeLessThanOrEqualTo(widths[4]);
    }

    /// <summary>Pictures for the documentation are taken only when asked for: SWITCHBOARD_PICTURES names their folder.</summary>
    public static async Task SaveAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("SWITCHBOARD_PICTURES") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name) });
    }

    public async ValueTask DisposeAsync() => await Context.DisposeAsync();
}
