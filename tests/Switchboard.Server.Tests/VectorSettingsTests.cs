using Switchboard.Core.Knowledge.Vectors;
using Switchboard.Server.Hosting;
using Switchboard.Server.Outbound.Vectors;

namespace Switchboard.Server.Tests;

public sealed class VectorSettingsTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    private VectorSettings Read(params string[] lines)
    {
        temp.Write(".env", string.Join('\n', lines.Select(l => "SWITCHBOARD__KNOWLEDGE__" + l)));
        return VectorSettings.Read(Settings.Read(temp.Path));
    }

    [Fact]
    public void Without_settings_there_are_no_vectors() => VectorSettings.Read(Settings.Read(temp.Path)).ShouldBe(VectorSettings.None);

    [Fact]
    public void A_server_is_named_by_address_model_and_key()
    {
        VectorSettings read = Read("EMBEDDINGS=api", "EMBEDDINGSAPI__BASEURL=https://models.example/v1", "EMBEDDINGSAPI__MODEL=m", "EMBEDDINGSAPI__KEY=sk-1", "QDRANT__URL=http://qdrant:6333/");
        read.ShouldBe(new VectorSettings { Source = EmbeddingSource.Api, Api = new VectorServer(new Uri("https://models.example/v1/"), "sk-1"), Model = "m", Qdrant = new VectorServer(new Uri("http://qdrant:6333/"), null) });
        read.ToString().ShouldNotContain("sk-1");
    }

    [Theory]
    [InlineData("Knowledge:Embeddings", "EMBEDDINGS=onnx")]
    [InlineData("Knowledge:EmbeddingsApi:BaseUrl", "EMBEDDINGS=api")]
    [InlineData("Knowledge:EmbeddingsApi:Model", "EMBEDDINGS=api", "EMBEDDINGSAPI__BASEURL=https://models.example/v1")]
    [InlineData("Knowledge:EmbeddingsApi:BaseUrl", "EMBEDDINGSAPI__BASEURL=ftp://models.example")]
    [InlineData("Knowledge:Qdrant:Url", "QDRANT__URL=http://user:word@qdrant:6333")]
    [InlineData("Knowledge:EmbeddingsApi:Key", "EMBEDDINGSAPI__BASEURL=https://models.example/v1", "EMBEDDINGSAPI__KEY=sk-\u00e9")]
    public void What_cannot_be_used_is_named_and_no_key_is_repeated(string setting, params string[] lines)
    {
        string told = Should.Throw<SettingException>(() => Read(lines)).Message;
        told.ShouldStartWith(setting);
        told.ShouldSatisfyAllConditions(t => t.ShouldNotContain("sk-"), t => t.ShouldNotContain("word@"));
    }
}
