namespace Coordination.Linearizability;

/// <summary>Reads requests and answers of one kind from text; they write themselves with <c>ToString</c>.</summary>
public interface IOperationFormat<out TRequest, out TAnswer>
    where TRequest : notnull
    where TAnswer : class
{
    /// <summary>Reads a request, and no word more.</summary>
    TRequest ReadRequest(TokenReader reader);

    /// <summary>Reads an answer, and no word more.</summary>
    TAnswer ReadAnswer(TokenReader reader);
}
