export { declared } from './declared';
export { type ExplainedSetting, explainSettings } from './explain';
export { tuningReference } from './reference';
export { byService, type SettingsByService } from './shared';
