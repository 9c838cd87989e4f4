using System.Collections.Frozen;

namespace Switchboard.Core.Understanding.Entities;

/// <summary>A reference, given by its place in the text.</summary>
internal readonly record struct ReferenceHit(string Type, int Start, int End, string Value, double Confidence);

/// <summary>
/// Finds order, invoice, account, customer, ticket and request numbers, error codes, exception names, HTTP statuses, versions, browsers and file
/// types. A number becomes one of them by its prefix or by the word before it.
/// </summary>
internal static class ReferenceFinder
{
    private const int longest = 40;
    private const int longestName = 120;

    private static readonly (string Type, FrozenSet<string> Words)[] named =
    [
        (EntityTypes.Invoice, Set("invoice invoices bill rechnung rechnungsnummer facture factura fatura fattura inv")),
        (EntityTypes.Order, Set("order orders purchase bestellung bestellnummer auftrag auftragsnummer commande pedido encomenda ordine ord po")),
        (EntityTypes.Account, Set("account acct konto kontonummer compte cuenta conta conto")),
        (EntityTypes.CustomerNumber, Set("customer client kunde kundennummer cliente")),
        (EntityTypes.Ticket, Set("ticket case vorgang dossier caso chamado incident")),
        (EntityTypes.RequestId, Set("request trace correlation requestid req")),
        (EntityTypes.Tracking, Set("tracking shipment parcel sendung sendungsnummer colis envio spedizione")),
        (EntityTypes.ErrorCode, Set("error code err fehler fehlercode erreur codigo errore erro")),
    ];

    private static readonly FrozenSet<string> fillers = Set("number no nr num id code nummer numero : # is the my . º ° de of n");
    private static readonly FrozenSet<string> versionWords = Set("version v release ver build firmware ios android windows macos chrome firefox safari edge net dotnet python java node php ruby");
    private static readonly FrozenSet<string> browsers = Set("chrome firefox safari edge opera brave chromium vivaldi");
    private static readonly FrozenSet<string> browsing = Set("browser in on using");
    private static readonly FrozenSet<string> declineCodes = Set("insufficient_funds do_not_honor card_declined expired_card incorrect_cvc processing_error lost_card stolen_card generic_decline fraudulent call_issuer pickup_card invalid_account currency_not_supported card_velocity_exceeded");
    private static readonly FrozenSet<string> fileTypes = Set("pdf csv xlsx xls doc docx json xml png jpg jpeg gif svg zip txt html pptx mp4 mov log yaml yml parquet heic webp");

    /// <summary>All of them, in order of place.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="spaces">Whether an exception is read with its namespace.</param>
    public static IEnumerable<ReferenceHit> Find(string text, List<Token> tokens, bool spaces = true)
    {
        int free = 0;
        for (int i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Start < free) continue;
            ReferenceHit? hit = Code(text, tokens, i) ?? (spaces ? Spaced(text, tokens, i) : null) ?? Version(text, tokens, i) ?? Numbered(text, tokens, i) ?? Word(text, tokens, i);
            if (hit is not { } found) continue;
            yield return found;
            free = found.End;
        }
    }

    /// <summary>"INV-2026-00042", "ERR_CONNECTION_RESET", "0x80070005", "E1234", "req_8f3k", "card_declined".</summary>
    private static ReferenceHit? Code(string text, List<Token> tokens, int i)
    {
        int start = tokens[i].Start;
        if (tokens[i].Kind == TokenKind.Mark || start > 0 && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] is '-' or '_' or '/' or '.' or '@')) return null;
        int end = Chunk(text, start);
        if (end - start is < 4 or > longest || end < text.Length && text[end] == '@') return null;
        ReadOnlySpan<char> chunk = text.AsSpan(start, end - start);
        int digits = Count(chunk, char.IsAsciiDigit);
        int dash = chunk.IndexOfAny('-', '_');
        string head = dash > 0 ? chunk[..dash].ToString().ToUpperInvariant() : string.Empty;
        string value = chunk.ToString();
        if (dash > 0 && digits >= 3 && HasNoLower(chunk[..dash]) | head.Length > 1)
        {
            string? type = head switch
            {
                "INV" or "INVOICE" or "RE" or "RG" or "FA" or "FAC" or "FT" => EntityTypes.Invoice,
                "ORD" or "ORDER" or "PO" or "SO" or "BE" => EntityTypes.Order,
                "ACC" or "ACCT" => EntityTypes.Account,
                "CUST" or "CUS" or "KD" => EntityTypes.CustomerNumber,
                "TKT" or "TICKET" or "CASE" or "INC" => EntityTypes.Ticket,
                "REQ" or "TRACE" => EntityTypes.RequestId,
                "ERR" or "ERROR" or "E" => EntityTypes.ErrorCode,
                _ => null,
            };
            if (type is not null) return new ReferenceHit(type, start, end, value.ToUpperInvariant(), 0.95);
        }
        if (declineCodes.Contains(value.ToLowerInvariant())) return new ReferenceHit(EntityTypes.DeclineCode, start, end, value.ToLowerInvariant(), 0.95);
        if (chunk.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && chunk.Length >= 6 && chunk[2..].IndexOfAnyExcept("0123456789abcdefABCDEF") < 0) return new ReferenceHit(EntityTypes.ErrorCode, start, end, value.ToLowerInvariant(), 0.9);
        if (dash > 0 && chunk.Contains('_') && HasNoLower(chunk) && digits < chunk.Length / 2) return new ReferenceHit(EntityTypes.ErrorCode, start, end, value, 0.85);
        if (chunk.Length > 9 && char.IsUpper(chunk[0]) && (chunk.EndsWith("Exception", StringComparison.Ordinal) || chunk.EndsWith("Error", StringComparison.Ordinal)) && Count(chunk, char.IsUpper) >= 2 && !HasNoLower(chunk)) return new ReferenceHit(EntityTypes.Exception, start, end, value, 0.95);
        if (dash < 0 && chunk.Length <= 8 && char.IsAsciiLetterUpper(chunk[0]) && digits >= 3 && Count(chunk, char.IsAsciiLetterUpper) <= 3 && digits + Count(chunk, char.IsAsciiLetterUpper) == chunk.Length && IsAfter(tokens, i, named[7].Words)) return new ReferenceHit(EntityTypes.ErrorCode, start, end, value, 0.9);
        return null;
    }

    /// <summary>"System.NullReferenceException", "java.lang.NullPointerException".</summary>
    private static ReferenceHit? Spaced(string text, List<Token> tokens, int i)
    {
        int start = tokens[i].Start, end = tokens[i].End;
        if (tokens[i].Kind != TokenKind.Word || start > 0 && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] is '.' or '/' or '@' or '_')) return null;
        while (end + 1 < text.Length && text[end] == '.' && char.IsLetter(text[end + 1]) && end - start < longestName)
        {
            end++;
            while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_')) end++;
        }
        ReadOnlySpan<char> name = text.AsSpan(start, end - start);
        int dot = name.LastIndexOf('.');
        if (dot < 0 || name.Length > longestName) return null;
        ReadOnlySpan<char> last = name[(dot + 1)..];
        return last.Length > 9 && char.IsUpper(last[0]) && (last.EndsWith("Exception", StringComparison.Ordinal) || last.EndsWith("Error", StringComparison.Ordinal)) ? new ReferenceHit(EntityTypes.Exception, start, end, name.ToString(), 0.95) : null;
    }

    /// <summary>"version 2.4.1", "v10", "iOS 17.2", "Chrome 126".</summary>
    private static ReferenceHit? Version(string text, List<Token> tokens, int i)
    {
        if (tokens[i].Kind == TokenKind.Number)
        {
            if (i == 0 || tokens[i].Start - tokens[i - 1].End > 1 || !versionWords.Contains(tokens[i - 1].Folded)) return null;
            string[] parts = tokens[i].Folded.Split('.');
            if (parts.Length > 4 || parts.Any(p => p.Length is 0 or > 6 || !p.All(char.IsAsciiDigit))) return null;
            return new ReferenceHit(EntityTypes.Version, tokens[i].Start, tokens[i].End, tokens[i].Folded, 0.9);
        }
        // "v2.4.1": the tokenizer reads "v2" as one word.
        if (tokens[i].Kind != TokenKind.Word || tokens[i].Length < 2 || tokens[i].Folded[0] != 'v' || !tokens[i].Folded.AsSpan(1).ContainsAnyInRange('0', '9') || tokens[i].Folded.AsSpan(1).IndexOfAnyExceptInRange('0', '9') >= 0) return null;
        int end = tokens[i].End;
        while (end + 1 < text.Length && end - tokens[i].Start < 20 && text[end] == '.' && char.IsAsciiDigit(text[end + 1]))
        {
            end++;
            while (end < text.Length && end - tokens[i].Start < 24 && char.IsAsciiDigit(text[end])) end++;
        }
        return new ReferenceHit(EntityTypes.Version, tokens[i].Start, end, text[(tokens[i].Start + 1)..end], 0.9);
    }

    /// <summary>"order number 4711", "invoice #A-12", "error 500", "HTTP 429".</summary>
    private static ReferenceHit? Numbered(string text, List<Token> tokens, int i)
    {
        if (tokens[i].Kind != TokenKind.Word) return null;
        bool http = tokens[i].Folded is "http" or "https" or "status";
        int which = Array.FindIndex(named, n => n.Words.Contains(tokens[i].Folded));
        if (which < 0 && !http) return null;
        int j = i + 1;
        bool marked = false;
        while (j < tokens.Count && j <= i + 4 && fillers.Contains(tokens[j].Folded))
        {
            if (Tokens.LineBreakBetween(text, tokens[j - 1], tokens[j])) return null;
            marked |= tokens[j].Folded is "#" or "number" or "no" or "nr" or "id" or "nummer" or "numero" or "num" or ":" or "code";
            j++;
        }
        if (j >= tokens.Count || Tokens.LineBreakBetween(text, tokens[j - 1], tokens[j])) return null;
        int start = tokens[j].Start;
        int end = Chunk(text, start);
        if (end - start > longest) return null;
        ReadOnlySpan<char> chunk = text.AsSpan(start, end - start);
        int digits = Count(chunk, char.IsAsciiDigit);
        if (digits == 0 || chunk.Contains('.') || end < text.Length && text[end] is '%' or '@' or '€' or '/' or ':' || start > 0 && text[start - 1] is '$' or '€' or '£') return null;
        if ((http || which == 7) && chunk.Length == 3 && digits == 3 && chunk[0] is >= '1' and <= '5') return new ReferenceHit(EntityTypes.HttpStatus, start, end, chunk.ToString(), http ? 0.95 : 0.7);
        if (which < 0) return null;
        // A short number without "number" or # is a count: "order 3 more".
        if (!marked && (digits < 4 || digits == 4 && chunk[0] is '1' or '2') || chunk.Length < 2 && which != 7) return null;
        if (!marked && char.IsAsciiLetter(chunk[^1]) && digits < 3) return null;
        return new ReferenceHit(named[which].Type, start, end, chunk.ToString().ToUpperInvariant(), marked ? 0.9 : 0.75);
    }

    private static ReferenceHit? Word(string text, List<Token> tokens, int i)
    {
        if (tokens[i].Kind != TokenKind.Word) return null;
        if (browsers.Contains(tokens[i].Folded) && (char.IsUpper(text[tokens[i].Start]) && tokens[i].Folded is not ("edge" or "opera" or "brave") || i + 1 < tokens.Count && (tokens[i + 1].Kind == TokenKind.Number || tokens[i + 1].Folded == "browser") || IsAfter(tokens, i, browsing)))
            return tokens[i].Folded is "edge" or "opera" or "brave" && !char.IsUpper(text[tokens[i].Start]) ? null : new ReferenceHit(EntityTypes.Browser, tokens[i].Start, tokens[i].End, tokens[i].Folded, 0.8);
        if (fileTypes.Contains(tokens[i].Folded)) return new ReferenceHit(EntityTypes.FileType, tokens[i].Start, tokens[i].End, tokens[i].Folded, 0.8);
        return null;
    }

    private static bool IsAfter(List<Token> tokens, int i, FrozenSet<string> words)
    {
        for (int j = i - 1; j >= Math.Max(0, i - 3); j--)
        {
            if (words.Contains(tokens[j].Folded)) return true;
            if (!fillers.Contains(tokens[j].Folded)) return false;
        }
        return false;
    }

    // Letters, digits, - and _ and what they hold together.
    private static int Chunk(string text, int start)
    {
        int end = start;
        while (end < text.Length && end - start <= longest && (char.IsLetterOrDigit(text[end]) || text[end] is '-' or '_')) end++;
        while (end > start && text[end - 1] is '-' or '_') end--;
        return end;
    }

    private static int Count(ReadOnlySpan<char> chunk, Func<char, bool> isOne)
    {
        int count = 0;
        foreach (char c in chunk)
            if (isOne(c)) count++;
        return count;
    }

    private static bool HasNoLower(ReadOnlySpan<char> chunk)
    {
        foreach (char c in chunk)
            if (char.IsLower(c)) return false;
        return true;
    }

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
