using System.Runtime.CompilerServices;
using Switchboard.Client;

namespace Switchboard.Server.Tests.Contract;

/// <summary>The program of docs/guide/client.md, line by line: what stands there compiles and runs.</summary>
internal static class GuideProgram
{
    public static async Task RunAsync(Uri address, string key)
    {
        // The guide begins.
        using var desk = new SwitchboardClient(address, Credential.ApiKey(key));

        // The second value is the Idempotency-Key: called again with it, the first answer comes back and nothing is done twice.
        Answer<SentView> sent = await desk.Conversations.CreateAsync(new CreateConversationBody { Message = "How do I reset my password?" }, "order-4711-question");
        Console.WriteLine(sent.Value.Reply?.Text);

        await foreach (ServerEvent happened in desk.Conversations.StreamAddMessage(sent.Value.ConversationId, new SendMessageBody { Text = "And how do I add a teammate?" }))
            Console.WriteLine($"{happened.Kind} {happened.Data}");
        // The guide ends.
    }

    /// <summary>The lines of the guide and of the program above, each without what stands around them.</summary>
    public static (string[] Guide, string[] Own) Lines([CallerFilePath] string source = "")
    {
        string folder = Path.GetDirectoryName(source)!;
        string guide = File.ReadAllText(Path.Combine(folder, "../../../docs/guide/client.md")).Replace("new Uri(\"http://127.0.0.1:5080\")", "address", StringComparison.Ordinal);
        return (Between(guide, "using Switchboard.Client;\n", "```"), Between(File.ReadAllText(Path.Combine(folder, "GuideProgram.cs")), "// The guide begins.", "// The guide ends."));
    }

    private static string[] Between(string text, string first, string last)
    {
        int from = text.IndexOf(first, StringComparison.Ordinal) + first.Length;
        return [.. text[from..text.IndexOf(last, from, StringComparison.Ordinal)].Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0)];
    }
}
