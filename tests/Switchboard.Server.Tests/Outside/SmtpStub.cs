using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Switchboard.Server.Tests.Outside;

/// <summary>A mail server on this machine that keeps what it was given, and answers as it is told.</summary>
public sealed class SmtpStub : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();

    public SmtpStub()
    {
        listener.Start();
        Loop = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public Task Loop { get; }

    /// <summary>What it answers to a command instead of its yes: "RCPT" → "450 later". The command "." is the end of the message; an answer of "" closes.</summary>
    public ConcurrentDictionary<string, string> Answers { get; } = new();

    /// <summary>Every message that came whole.</summary>
    public ConcurrentQueue<string> Messages { get; } = new();

    public ConcurrentQueue<string> Commands { get; } = new();

    public void Dispose()
    {
        if (stop.IsCancellationRequested) return;
        stop.Cancel();
        listener.Stop();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using TcpClient client = await listener.AcceptTcpClientAsync(stop.Token);
                await TalkAsync(client);
            }
            catch (Exception error) when (error is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The client has gone, or the test has ended.
            }
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        await using var writer = new StreamWriter(client.GetStream(), new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        if (!await AnswerAsync(writer, "GREET", "220 stub ESMTP")) return;
        while (await reader.ReadLineAsync(stop.Token) is { } line)
        {
            Commands.Enqueue(line);
            string command = line.Split(' ', ':')[0].ToUpperInvariant();
            string yes = command switch { "EHLO" => "250-stub\r\n250-PIPELINING\r\n250-CHUNKING\r\n250 AUTH PLAIN", "DATA" => "354 go on", "AUTH" => "235 in", "QUIT" => "221 bye", _ => "250 ok" };
            if (!await AnswerAsync(writer, command, yes)) return;
            if (command == "QUIT") return;
            if (command != "DATA" || Answers.ContainsKey("DATA")) continue;
            var message = new StringBuilder();
            while (await reader.ReadLineAsync(stop.Token) is { } text && text != ".") message.Append(text).Append('\n');
            Messages.Enqueue(message.ToString());
            if (!await AnswerAsync(writer, ".", "250 taken as 17")) return;
        }
    }

    private async Task<bool> AnswerAsync(StreamWriter writer, string command, string yes)
    {
        string answer = Answers.GetValueOrDefault(command, yes);
        if (answer.Length == 0) return false;
        await writer.WriteLineAsync(answer);
        return true;
    }
}
