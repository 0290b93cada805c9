import { PanelBuilder as Bars } from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueColorMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  FieldColorBuilder,
  FieldColorModeId,
  type Panel as GrafanaPanel,
  MappingType,
  RowBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as Figure } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as States } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as Lines } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Profile } from '@nautilus/config';
import type { Board, Panel, Query } from './board';

/** Uid of the data source; pinned, because every panel and rule names it. */
export const prometheusUid = 'nautilus-prometheus';
const dataSource = { type: 'prometheus', uid: prometheusUid };
const tag = 'nautilus';

/** When an engine started: a line across every panel. */
export const restarts = 'changes(process_start_time_seconds{job="engines"}[2m]) > 0';

/** A dashboard as Grafana keeps it. */
export function render(board: Board, { monitoring }: Pick<Profile, 'monitoring'>): Dashboard {
  const dashboard = new DashboardBuilder(board.title)
    .uid(board.uid)
    .description(board.about)
    .tags([tag])
    .time({ from: 'now-30m', to: 'now' })
    .refresh(`${monitoring.scrapeInterval.seconds}s`)
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    // A change in the browser would be gone with the next deployment.
    .readonly()
    .link(new DashboardLinkBuilder('Nautilus').type(DashboardLinkType.Dashboards).tags([tag]).keepTime(true))
    .annotation(
      new AnnotationQueryBuilder()
        .name('Restarts')
        .datasource(dataSource)
        .expr(restarts)
        .enable(true)
        .iconColor('orange'),
    );
  for (const { title, panels } of board.rows) {
    dashboard.withRow(new RowBuilder(title));
    for (const panel of panels) dashboard.withPanel(kinds[panel.kind](panel));
  }
  const built = dashboard.build();
  // Pinned as well: Grafana numbers panels itself otherwise, and every plan would differ from what it keeps.
  for (const [index, panel] of (built.panels ?? []).entries()) panel.id = index + 1;
  return built;
}

const query = ({ expression, legend }: Query, index: number) => {
  const built = new DataqueryBuilder()
    .refId(String.fromCharCode(65 + index))
    .expr(expression)
    .datasource(dataSource);
  return legend ? built.legendFormat(legend) : built;
};

/** What every kind of panel has. */
interface AnyPanel extends Builder<GrafanaPanel> {
  title(title: string): unknown;
  description(text: string): unknown;
  datasource(source: typeof dataSource): unknown;
  unit(unit: string): unknown;
  span(columns: number): unknown;
  height(rows: number): unknown;
  targets(queries: DataqueryBuilder[]): unknown;
  thresholds(thresholds: ThresholdsConfigBuilder): unknown;
  mappings(mappings: ValueMapping[]): unknown;
  min(value: number): unknown;
  max(value: number): unknown;
}

function common<P extends AnyPanel>(builder: P, panel: Panel, width: number, height: number): P {
  builder.title(panel.title);
  builder.description(panel.about);
  builder.datasource(dataSource);
  builder.unit(panel.unit);
  builder.span(panel.width ?? width);
  builder.height(height);
  builder.targets(panel.queries.map(query));
  if (panel.steps)
    builder.thresholds(
      new ThresholdsConfigBuilder()
        .mode(ThresholdsMode.Absolute)
        .steps(panel.steps.map(([value, color]) => ({ value, color }))),
    );
  if (panel.words) {
    const words = Object.entries(panel.words).map(([value, [text, color]], index) => [value, { text, color, index }]);
    builder.mappings([{ type: MappingType.ValueToText, options: Object.fromEntries(words) }]);
  }
  if (panel.max !== undefined) {
    builder.min(0);
    builder.max(panel.max);
  }
  return builder;
}

const byThreshold = () => new FieldColorBuilder().mode(FieldColorModeId.Thresholds);
const last = () => new ReduceDataOptionsBuilder().calcs(['lastNotNull']);
const legend = () => new VizLegendOptionsBuilder().showLegend(true).placement(LegendPlacement.Bottom);

const kinds: Record<Panel['kind'], (panel: Panel) => Builder<GrafanaPanel>> = {
  lines: (panel) => {
    const builder = common(new Lines(), panel, 12, 8)
      .legend(legend().displayMode(LegendDisplayMode.Table).calcs(['lastNotNull', 'max']))
      .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
      .showPoints(VisibilityMode.Never)
      .fillOpacity(panel.stacked ? 30 : 5);
    return panel.stacked ? builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal)) : builder;
  },
  figure: (panel) => {
    const coloured = panel.steps !== undefined || panel.words !== undefined;
    return common(new Figure(), panel, 4, 4)
      .reduceOptions(last())
      .colorMode(coloured ? BigValueColorMode.BackgroundSolid : BigValueColorMode.Value)
      .colorScheme(byThreshold());
  },
  bars: (panel) =>
    common(new Bars(), panel, 12, 8)
      .reduceOptions(last())
      .orientation(VizOrientation.Horizontal)
      .colorScheme(byThreshold()),
  states: (panel) =>
    common(new States(), panel, 12, 8)
      .legend(legend().displayMode(LegendDisplayMode.List))
      .mergeValues(true)
      .rowHeight(0.8)
      .fillOpacity(80),
};
