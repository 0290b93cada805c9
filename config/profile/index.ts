export * from './budget';
export * from './engine-settings';
export { profileNames, profilesFolder } from './extends';
export { profileJsonSchema } from './json-schema';
export * from './load';
export * from './naming';
export { ProfileError, type ProfileProblem } from './problem';
export * from './profile';
export type { AccountLimitsSetting, AccountSetting, InstrumentSetting, TradingSection } from './schema';
