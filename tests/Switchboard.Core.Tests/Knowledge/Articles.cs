using System.Text;
using Switchboard.Core.Knowledge;

namespace Switchboard.Core.Tests.Knowledge;

internal static class Articles
{
    public static IndexedArticle Article(int id, string title, string body, DateOnly? verified = null, string language = "en", string category = "General") =>
        new(new Guid(id, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]), $"a{id}", title, $"/articles/{id}", category, language, 1, body, verified);

    public static ArticleFileResult File(string path, string text) => ArticleFile.Parse(path, Encoding.UTF8.GetBytes(text));

    public static List<TextUnit> Units(string body, string title = "") => [.. MarkdownDocument.Parse(body, title).Sections.SelectMany(s => s.Units)];

    /// <summary>A folder of the real data that lies beside the repository; the test is skipped with the reason when it is absent.</summary>
    public static string SharedData(string name)
    {
        string path = Path.Combine(Root(), "..", "shared", "data", name);
        if (!Directory.Exists(path)) Assert.Skip($"The data set {name} is not in ../shared/data.");
        return path;
    }

    /// <summary>The root of the repository.</summary>
    public static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder.FullName, "Switchboard.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
