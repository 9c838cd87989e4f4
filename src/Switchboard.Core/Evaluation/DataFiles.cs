using System.Text.Json;

namespace Switchboard.Core.Evaluation;

/// <summary>Finds and reads the files of a data set.</summary>
internal static class DataFiles
{
    /// <summary>The file itself, or the files of a folder and its folders with one of these endings, in order of name.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static IReadOnlyList<string> Of(string path, params string[] endings)
    {
        if (File.Exists(path)) return [path];
        if (!Directory.Exists(path)) throw new InvalidDataException($"{path} is no file and no folder.");
        string[] files = [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(f => endings.Any(e => f.EndsWith(e, StringComparison.OrdinalIgnoreCase))).Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new InvalidDataException($"{path} holds no file that ends in {string.Join(" or ", endings)}.");
    }

    /// <summary>Reads a JSON file.</summary>
    /// <exception cref="InvalidDataException">It is no JSON.</exception>
    public static JsonDocument Json(string file)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllText(file));
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{file} is no JSON: {error.Message}", error);
        }
    }

    /// <summary>The first column of a CSV file with a heading; quoted fields may hold commas, doubled quotes and line breaks.</summary>
    public static IEnumerable<string> CsvTexts(string file)
    {
        string all = File.ReadAllText(file);
        int i = all.IndexOf('\n', StringComparison.Ordinal) + 1;
        while (i > 0 && i < all.Length)
        {
            var field = new System.Text.StringBuilder();
            if (all[i] == '"')
            {
                i++;
                while (i < all.Length && (all[i] != '"' || i + 1 < all.Length && all[i + 1] == '"'))
                {
                    field.Append(all[i]);
                    i += all[i] == '"' ? 2 : 1;
                }
            }
            else while (i < all.Length && all[i] is not (',' or '\n')) field.Append(all[i++]);
            int end = all.IndexOf('\n', Math.Min(i, all.Length - 1));
            i = end < 0 ? all.Length : end + 1;
            string text = field.ToString().Trim();
            if (text.Length > 0) yield return text;
        }
    }
}
