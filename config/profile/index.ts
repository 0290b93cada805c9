export * from './budget';
export * from './engine-settings';
export { profileNames } from './extends';
export * from './load';
export * from './naming';
export { ProfileError, type ProfileProblem } from './problem';
export * from './profile';
export { platformRoot, profilesFolder } from './root';
export type { AccountLimitsSetting, AccountSetting, InstrumentSetting, TradingSection } from './schema';
