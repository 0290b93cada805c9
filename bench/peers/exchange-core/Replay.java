import exchange.core2.collections.objpool.ObjectsPool;
import exchange.core2.core.common.CoreSymbolSpecification;
import exchange.core2.core.common.L2MarketData;
import exchange.core2.core.common.MatcherEventType;
import exchange.core2.core.common.MatcherTradeEvent;
import exchange.core2.core.common.OrderAction;
import exchange.core2.core.common.OrderType;
import exchange.core2.core.common.SymbolType;
import exchange.core2.core.common.cmd.CommandResultCode;
import exchange.core2.core.common.cmd.OrderCommand;
import exchange.core2.core.common.cmd.OrderCommandType;
import exchange.core2.core.common.config.LoggingConfiguration;
import exchange.core2.core.orderbook.IOrderBook;
import exchange.core2.core.orderbook.OrderBookDirectImpl;
import exchange.core2.core.orderbook.OrderBookEventsHelper;
import exchange.core2.core.orderbook.OrderBookNaiveImpl;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Replays a flow through exchange-core's books: `Replay direct|naive FLOW ROUNDS CAPACITY SKIP` prints commands a second of the second
 * half of the rounds, each without its first SKIP commands, then trades, rejects, filled, live and the best prices; CAPACITY is not used. The book alone, without the pipeline around it; its command and its events are used again and
 * again, which is how the pipeline calls it.
 */
public final class Replay {
  private static final int STRIDE = 5;
  /** More than one command can ever make. */
  private static final int EVENTS = 1 << 16;

  /** Events are read before the next command is given: the same ones serve again. */
  private static final class Events implements Supplier<MatcherTradeEvent> {
    private final MatcherTradeEvent[] all = new MatcherTradeEvent[EVENTS];
    private int next;

    Events() {
      for (int at = 0; at < EVENTS; at++) all[at] = new MatcherTradeEvent();
    }

    @Override
    public MatcherTradeEvent get() {
      MatcherTradeEvent event = all[next];
      next = (next + 1) & (EVENTS - 1);
      event.nextEvent = null;
      return event;
    }
  }

  private static IOrderBook book(String kind, Events events) {
    CoreSymbolSpecification symbol =
        new CoreSymbolSpecification(1, SymbolType.CURRENCY_EXCHANGE_PAIR, 1, 2, 1, 1, 0, 0, 0, 0);
    ObjectsPool pool = ObjectsPool.createDefaultTestPool();
    OrderBookEventsHelper helper = new OrderBookEventsHelper(events);
    return kind.equals("direct")
        ? new OrderBookDirectImpl(symbol, pool, helper, LoggingConfiguration.DEFAULT)
        : new OrderBookNaiveImpl(symbol, pool, helper, LoggingConfiguration.DEFAULT);
  }

  public static void main(String[] arguments) throws Exception {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(Path.of(arguments[1]))).order(ByteOrder.LITTLE_ENDIAN);
    int[] flow = new int[bytes.remaining() / 4];
    bytes.asIntBuffer().get(flow);
    Events events = new Events();
    int rounds = Integer.parseInt(arguments[2]);
    int begin = Integer.parseInt(arguments[4]) * STRIDE;
    double seconds = 0;
    String counts = "";
    for (int round = 0; round < rounds; round++) {
      IOrderBook book = book(arguments[0], events);
      OrderCommand command = new OrderCommand();
      long trades = 0, rejects = 0, filled = 0;
      long start = System.nanoTime();
      for (int at = 0; at < flow.length; at += STRIDE) {
        if (at == begin) start = System.nanoTime();
        int kind = flow[at];
        command.orderId = flow[at + 1];
        command.uid = 1;
        command.matcherEvent = null;
        if (kind == 1) {
          command.command = OrderCommandType.CANCEL_ORDER;
        } else if (kind == 2) {
          command.command = OrderCommandType.REDUCE_ORDER;
          command.size = flow[at + 4];
        } else {
          command.command = OrderCommandType.PLACE_ORDER;
          command.resultCode = CommandResultCode.VALID_FOR_MATCHING_ENGINE;
          command.action = flow[at + 2] == 0 ? OrderAction.BID : OrderAction.ASK;
          command.orderType = kind == 0 ? OrderType.GTC : OrderType.IOC;
          command.price = flow[at + 3];
          command.reserveBidPrice = flow[at + 3];
          command.size = flow[at + 4];
        }
        CommandResultCode result = IOrderBook.processCommand(book, command);
        if (result != CommandResultCode.SUCCESS) rejects++;
        for (MatcherTradeEvent event = command.matcherEvent; event != null; event = event.nextEvent) {
          if (event.eventType != MatcherEventType.TRADE) continue;
          trades++;
          filled += event.size;
        }
      }
      if (round >= rounds / 2) seconds += (System.nanoTime() - start) / 1e9;
      int live = book.getOrdersNum(OrderAction.BID) + book.getOrdersNum(OrderAction.ASK);
      L2MarketData best = book.getL2MarketDataSnapshot(1);
      counts = trades + " " + rejects + " " + filled + " " + live + " " + (best.bidSize > 0 ? best.bidPrices[0] : 0) + " "
          + (best.askSize > 0 ? best.askPrices[0] : 0);
    }
    System.out.println((flow.length - begin) / STRIDE * (rounds - rounds / 2) / seconds + "\n" + counts);
  }
}
