using GanGpu.Graph;
using GanGpu.OnnxExport.Graphs;

namespace GanGpu.OnnxExport.Operations;

/// <summary>Which nodes an operation becomes.</summary>
internal static class OperationTranslation
{
    /// <exception cref="NotSupportedException">It has no counterpart in ONNX: it belongs to training, or mixes samples
    /// of a batch.</exception>
    public static void Add(NetworkTranslation network, Operation operation)
    {
        switch (operation)
        {
            case MatMul product:
                Products.MatMul(network, product);
                break;
            case GroupedMatMul product:
                Products.GroupedMatMul(network, product);
                break;
            case AddBias:
                Products.AddBias(network, operation);
                break;
            case Convolution convolution:
                Convolutions.Forward(network, convolution);
                break;
            case ConvolutionInputGradient convolution:
                Convolutions.Transposed(network, convolution);
                break;
            case Activate activate:
                Functions.Activate(network, activate);
                break;
            case Elementwise elementwise:
                Functions.Elementwise(network, elementwise);
                break;
            case Scale scale:
                Functions.Scale(network, scale);
                break;
            case Graph.Add:
                Functions.OfTwo(network, operation, "Add");
                break;
            case Multiply:
                Functions.OfTwo(network, operation, "Mul");
                break;
            case ScaleShift scaleShift:
                Norms.ScaleShift(network, scaleShift);
                break;
            case Normalize normalize:
                Norms.LayerNorm(network, normalize);
                break;
            case Upsample upsample:
                Resampling.Upsample(network, upsample);
                break;
            case SumPool pool:
                Resampling.SumPool(network, pool);
                break;
            case SumRowGroups sum:
                Resampling.SumOfPixels(network, sum);
                break;
            case Reshape:
                Columns.Reshape(network, operation);
                break;
            case ConcatenateColumns:
                Columns.Concatenate(network, operation);
                break;
            case SliceColumns slice:
                Columns.Slice(network, slice);
                break;
            case RowSums:
                Columns.RowSums(network, operation);
                break;
            case ScaleRows:
                Columns.ScaleRows(network, operation);
                break;
            case BroadcastColumns:
                Columns.Broadcast(network, operation);
                break;
            case Softmax:
                Columns.Softmax(network, operation);
                break;
            case RowDots:
                Columns.RowDots(network, operation);
                break;
            case LogSumExp:
                Columns.LogSumExp(network, operation);
                break;
            case OneHot oneHot:
                Classes.OneHot(network, oneHot);
                break;
            case GatherRows gather:
                Classes.GatherRows(network, gather);
                break;
            default:
                throw NetworkTranslation.Untranslatable(
                    operation, "it belongs to training, or looks at several samples of a batch");
        }
    }
}
